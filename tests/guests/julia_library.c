int jl_ver_major(void);

int jl_ver_major(void) { return 1; }
