! SPDX-License-Identifier: BSD-3-Clause
! crash_fortran: reads through a pointer that points to nothing. -fno-backtrace: else gfortran's own
! runtime takes the signals, before anybody else can.
module crashes
  implicit none
contains
  subroutine crash_in_fortran(values)
    integer, pointer, intent(in) :: values(:)
    print *, values(1)
  end subroutine
end module

program crash_fortran
  use crashes
  use iso_c_binding
  implicit none
  integer, pointer :: values(:)
  type(c_ptr) :: nowhere
  nowhere = transfer(16_c_intptr_t, nowhere)
  call c_f_pointer(nowhere, values, [1])
  call crash_in_fortran(values)
  print *, "still alive"
end program
