;; SPDX-License-Identifier: BSD-3-Clause
;; sidestep, of the clone that this file is in: `guix build -f packaging/guix/sidestep.scm`.
(use-modules (guix build-system meson)
             (guix gexp)
             (guix git-download)
             ((guix licenses) #:prefix license:)
             (guix packages)
             (guix utils)
             (gnu packages cpp)
             (gnu packages libunwind)
             (gnu packages pkg-config)
             (gnu packages pretty-print)
             (gnu packages python))

(define clone
  (dirname (dirname (current-source-directory))))

(package
  (name "sidestep")
  (version "0.1.0")
  (source (local-file clone "sidestep-checkout"
                      #:recursive? #t
                      #:select? (or (git-predicate clone) (const #t))))
  (build-system meson-build-system)
  (arguments
   (list #:configure-flags #~'("-Dtests=false" "-Dbacktrace=enabled")
         #:tests? #f))
  ;; Of the first three the headers alone: nothing of them is linked.
  (native-inputs (list cli11 fmt nlohmann-json pkg-config python-minimal))
  (inputs (list libunwind))
  (supported-systems '("x86_64-linux" "aarch64-linux"))
  (home-page "https://upstream.invalid/sidestep")
  (synopsis "Fix known run-time problems of MPI programs when they are loaded")
  (description
   "sidestep is a library that is loaded in front of a program by
@code{LD_PRELOAD}, with commands.  It fixes known run-time problems of MPI
stacks: @code{MPI_Comm_spawn} without mpiexec, UCX's signal handlers, and CUDA
memory that UCX takes for the host's.")
  (license license:bsd-3))
