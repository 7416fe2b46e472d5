# SPDX-License-Identifier: BSD-3-Clause
# Usage: mpiexec -n N julia race.jl empty|using|mkpath|errors FOLDER
#
# What ranks do to a depot (JULIA_DEPOT_PATH) that all of them start on at once.
# empty:  `using RacePkg`
# using:  the same, where the depot holds as many of its cache files as Julia keeps, all stale
# mkpath: Julia 1.4's mkpath of a cache folder, where the depot is not there yet
# errors: what fails for other reasons than a race, and must fail
# FOLDER is where they wait for each other.
const rank = parse(Int, ENV["PMI_RANK"])
const ranks = parse(Int, ENV["PMI_SIZE"])
const mode, folder = ARGS
const kept = 10 # Base.MAX_NUM_PRECOMPILE_FILES

# Goes on when all have come, or one has failed.
function meet(place)
  touch(joinpath(folder, "$place.$rank"))
  while !all(other -> isfile(joinpath(folder, "$place.$other")), 0:ranks-1)
    isfile(joinpath(folder, "failed")) && exit(1)
    sleep(0.01)
  end
end

# base/file.jl of Julia 1.4: mkdir throws IOError, and SystemError is caught. All meet where they
# may meet by chance: none has made the folder yet, and all will.
function mkpath_1_4(path)
  isdirpath(path) && (path = dirname(path))
  dir = dirname(path)
  (path == dir || isdir(path)) && return path
  mkpath_1_4(dir)
  meet(replace(path, '/' => '_'))
  try
    mkdir(path)
  catch error
    (!isa(error, SystemError) || !isdir(path)) && rethrow()
  end
  path
end

function fill_cache()
  place, name = Base.cache_file_entry(Base.identify_package("RacePkg"))
  cache = mkpath(joinpath(DEPOT_PATH[1], place))
  foreach(i -> write(joinpath(cache, "$(name)_x$i.ji"), "stale"), 1:kept)
end

function must_fail(call, path)
  try
    call(path)
  catch error
    isa(error, Base.IOError) && return
  end
  error("$call($path) did not fail")
end

function expect_errors()
  cache = mkpath(joinpath(DEPOT_PATH[1], "compiled", "v1.4"))
  write(joinpath(cache, "file"), "")
  must_fail(mkdir, folder)
  must_fail(mkdir, joinpath(cache, "file"))
  must_fail(mkdir, joinpath(cache, "missing", "below"))
  must_fail(rm, joinpath(folder, "missing.ji"))
  must_fail(rm, joinpath(cache, "missing.so"))
  must_fail(rm, joinpath(DEPOT_PATH[1], "missing.ji"))
end

function main()
  if mode == "errors"
    expect_errors()
  elseif mode == "mkpath"
    mkpath_1_4(joinpath(DEPOT_PATH[1], "compiled", "v1.4", "RacePkg"))
  else
    mode == "using" && rank == 0 && fill_cache()
    meet("start")
    @eval using RacePkg
    Base.invokelatest(f -> f(1), RacePkg.f) == 2 || error("RacePkg is not what it was")
  end
  print("rank $rank: all right\n") # one write: ranks share a pipe
end

try
  main()
catch
  touch(joinpath(folder, "failed"))
  rethrow()
end
