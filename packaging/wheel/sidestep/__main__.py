"""python -m sidestep, and the console script: the command itself, in this process."""
import os
import sys

from sidestep import COMMAND


def main():
    os.execv(COMMAND, ["sidestep"] + sys.argv[1:])


if __name__ == "__main__":
    main()
