# SPDX-License-Identifier: BSD-3-Clause
"""call_spawn.py STEP...: spawns copies of itself, in each of the ways that are named."""
import subprocess
import sys
import threading

from mpi4py import MPI


def meet(family, is_child=False):
    """Merges both sides, sums over all, disconnects: how many processes there were."""
    everyone = family.Merge(is_child)
    size = family.Get_size() + family.Get_remote_size()
    assert everyone.Get_size() == size
    assert everyone.allreduce(everyone.Get_rank()) == size * (size - 1) // 2
    everyone.Free()
    family.Disconnect()
    return size


def hear(children, *wanted):
    """What each child tells, in the order of their ranks, is as wanted."""
    assert children.gather(None, root=MPI.ROOT) == list(wanted), wanted
    return children


def arguments(number, *more):
    return [__file__, "child", str(number), *more]


def spawn(count, number, *more, over=MPI.COMM_SELF):
    children = over.Spawn(sys.executable, arguments(number, *more), count)
    return hear(children, *[number] * count)


def spawn_multiple(first):
    children = MPI.COMM_SELF.Spawn_multiple([sys.executable] * 2, [arguments(10), arguments(20, "more")], [first, 1])
    assert meet(hear(children, *[10] * first, 20)) == first + 2


def with_session():
    session = MPI.Session.Init()
    group = session.Create_group("mpi://WORLD")
    everyone = MPI.Intracomm.Create_from_group(group, "sidestep")
    group.Free()
    assert meet(spawn(2, 9, over=everyone)) == 3
    everyone.Free()
    session.Finalize()


def with_threads():
    done = threading.Event()
    rounds = [0] * 4
    itself = MPI.COMM_SELF.Dup()

    def allocate():
        [bytes(2**i) for i in range(16)]

    def start_program():
        subprocess.run(["true"], check=True)

    def talk_to_self():
        assert itself.sendrecv(rounds[3], 0, source=0) == rounds[3]

    def repeat(which, action):
        while not done.is_set():
            action()
            rounds[which] += 1

    multiple = MPI.Query_thread() == MPI.THREAD_MULTIPLE
    actions = [allocate, allocate, start_program, talk_to_self if multiple else allocate]
    threads = [threading.Thread(target=repeat, args=it) for it in enumerate(actions)]
    for thread in threads:
        thread.start()
    for count in (1, 2):
        assert meet(spawn(count, count)) == count + 1
    done.set()
    for thread in threads:
        thread.join()
    assert all(rounds), rounds
    itself.Free()


def do(step):
    if step == "some":
        for count in (1, 3, 8):
            print("spawn", count, "met", meet(spawn(count, 40 + count)))
    elif step == "multiple":
        spawn_multiple(1)
        spawn_multiple(2)
    elif step == "many":
        for i in range(20):
            meet(spawn(1, i))
    elif step == "universe":
        assert MPI.COMM_WORLD.Get_attr(MPI.UNIVERSE_SIZE) != 0
    elif step == "grandchild":
        assert meet(spawn(1, 5, "again")) == 2
    elif step == "session":
        with_session()
    elif step == "threads":
        with_threads()
    else:
        sys.exit("no step " + step)


steps = sys.argv[1:]
if steps[0] == "child":
    parents = MPI.Comm.Get_parent()
    if steps[2:] == ["again"]:  # a grandchild is spawned and gone before its parent answers
        assert meet(spawn(2, 7)) == 3
    parents.gather(int(steps[1]), root=0)
    meet(parents, is_child=True)
else:
    for step in steps:
        do(step)
    print("all right")
