# SPDX-License-Identifier: BSD-3-Clause
# Usage: julia [OPTION...] precompile.jl quiet|verbose (KIND VALUE)...
#   --load FILE, --eval TEXT, --startup '': what the program runs, in its order
#   --option WORD: the program's own options, for the Julia that precompiles
#
# Precompiles, once, what a program in these files and texts will load and what the depot lacks.
# sidestep-mpiexec has the program's own Julia run it before the ranks start, which then find all
# of it: no rank replaces a cache file that another is about to load.
#
# It says nothing, changes no package and keeps no rank from starting: what goes wrong here goes
# wrong in the ranks, which report it. Of Base's functions it takes what Julia 1.0 to 1.8 have.

# Newer ones precompile under a lock of their own. A second lock could only deadlock with it.
VERSION < v"1.10-" && Base.JLOptions().use_compiled_modules != 0 || exit()

using Base: PkgId

const patience = 600 # seconds, after which a lock that another job holds no longer counts

# --- what a program loads, in its order, by what its text says

struct Reader
    names::Vector{String}
    files::Set{String} # read already
end

function read_file(reader, file)
    path = abspath(file)
    (path in reader.files || !isfile(path)) && return
    push!(reader.files, path)
    read_text(reader, read(path, String), dirname(path))
end

read_text(reader, text, folder) = visit(reader, Base.parse_input_line(text), folder)

visit(reader, other, folder) = nothing

function visit(reader, tree::Expr, folder)
    if tree.head in (:using, :import)
        append!(reader.names, filter(!isempty, map(package_of, tree.args)))
    elseif tree.head == :call && length(tree.args) == 2 && tree.args[1] == :include
        file = literal(tree.args[2], folder)
        file == "" || read_file(reader, joinpath(folder, file))
    else
        foreach(part -> visit(reader, part, folder), tree.args)
    end
end

# "A" of `using A.B`, `using A: f` and `import A as B`; "" of `using .A`, a module of the program.
function package_of(tree)
    while tree isa Expr && tree.head in (:(:), :as)
        tree = tree.args[1]
    end
    tree isa Expr && tree.head == :. && tree.args[1] != :. ? String(tree.args[1]) : ""
end

# The path that a call of include names, where its text alone says it.
literal(text::AbstractString, folder) = text
literal(other, folder) = ""

function literal(tree::Expr, folder)
    tree.head == :macrocall && tree.args[1] == Symbol("@__DIR__") && return folder
    tree.head == :call && tree.args[1] == :joinpath || return ""
    parts = map(part -> literal(part, folder), tree.args[2:end])
    "" in parts ? "" : joinpath(parts...)
end

function packages(names)
    found = filter(!isequal(nothing), map(Base.identify_package, unique(names)))
    filter(package -> !Base.root_module_exists(package) && can_precompile(package), found)
end

function can_precompile(package)
    file = Base.locate_package(package)
    file !== nothing && !occursin("__precompile__(false)", read(file, String))
end

# --- what the depot lacks

# The modules, by their builds, of the cache file that `require` would take; nothing, where it
# would precompile. As in base/loading.jl, _require_search_from_serialized@v1.5.3, but nothing is loaded.
function builds(package, known)
    get!(known, package) do
        file = Base.locate_package(package)
        for cache in Base.find_all_in_cache_path(package)
            needs = Base.stale_cachefile(file, cache)
            needs === true && continue
            all(need -> is_met(need, known), needs) && return Dict(Base.parse_cache_header(cache)[1])
        end
        nothing
    end
end

is_met(loaded::Module, known) = true

function is_met((file, package, build), known)
    found = builds(package, known)
    found !== nothing && get(found, package, nothing) == build
end

is_stale(package) = builds(package, Dict{PkgId,Any}()) === nothing

# --- and its making

# One job at a time. The lock is on the folder itself, and goes with this process, however that
# ends: there is no file that could be left behind. A file system without such locks does without.
function lock_depot()
    folder = mkpath(joinpath(DEPOT_PATH[1], "compiled", "v$(VERSION.major).$(VERSION.minor)"))
    file = Base.Filesystem.open(folder, Base.Filesystem.JL_O_RDONLY)
    exclusive, at_once = 2, 4
    timedwait(Float64(patience); pollint=0.1) do
        ccall(:flock, Cint, (RawFD, Cint), file.handle, exclusive | at_once) == 0 ||
            Base.Libc.errno() != Base.Libc.EAGAIN
    end
    file
end

function precompile_packages(stale, options, report)
    lock = lock_depot()
    julia = `$(first(Base.julia_cmd().exec)) $options --startup-file=no`
    for package in stale
        is_stale(package) || continue # made by another job, or for a package before it: anew, it would make that stale
        report("$(package.name) is precompiled, before the ranks start")
        run(ignorestatus(`$julia --eval "Base.compilecache(Base.identify_package(ARGS[1]))" $(package.name)`))
    end
    close(lock)
end

function main(mode, arguments...)
    report(text) = mode == "verbose" && println(stderr, "sidestep: julia-precompile: ", text)
    reader, options = Reader([], Set()), String[]
    try
        for (kind, value) in zip(arguments[1:2:end], arguments[2:2:end])
            kind == "--option" && push!(options, value)
            kind == "--startup" && read_file(reader, joinpath(DEPOT_PATH[1], "config", "startup.jl"))
            kind == "--load" && read_file(reader, value)
            kind == "--eval" && read_text(reader, value, pwd())
        end
        stale = filter(is_stale, packages(reader.names))
        isempty(stale) ? report("nothing is to be precompiled") : precompile_packages(stale, options, report)
    catch error
        report("not before the ranks start: $(sprint(showerror, error))")
    end
end

main(ARGS...)
