// SPDX-License-Identifier: BSD-3-Clause
// Globals of modules and libraries: device memory that nobody allocates. What is loaded is PTX, in
// which "NAME[64];" says how large NAME is; ".managed" makes its variables the host's as well.
#include <stdlib.h>
#include <string.h>

#include "libcuda.h"

struct variable {
  struct variable* next;
  char* name;
  CUdeviceptr start;
  size_t size;
};

struct image {
  char* text;
  enum kind kind;
  struct variable* variables;
};

static struct image* load(const void* text) {
  struct image* image = calloc(1, sizeof *image);
  image->text = strdup(text);
  image->kind = strstr(text, ".managed") ? managed : global;
  return image;
}

static void unload(struct image* image) {
  while (image->variables) {
    struct variable* first = image->variables;
    image->variables = first->next;
    allocation_end(first->start, image->kind);
    free(first->name);
    free(first);
  }
  free(image->text);
  free(image);
}

static struct variable* declared(struct image* image, const char* name) {
  const char* at = strstr(image->text, name);
  const size_t length = strlen(name);
  if (!at || at[length] != '[') return NULL;
  struct variable* new = calloc(1, sizeof *new);
  new->name = strdup(name);
  new->size = strtoul(at + length + 1, NULL, 10);
  allocation_new(&new->start, new->size, image->kind, NULL, 0);
  new->next = image->variables;
  image->variables = new;
  return new;
}

static CUresult get(CUdeviceptr* result, size_t* size, struct image* image, const char* name) {
  struct variable* found = image->variables;
  while (found && strcmp(found->name, name)) found = found->next;
  if (!found) found = declared(image, name);
  if (!found) return CUDA_ERROR_NOT_FOUND;
  if (result) *result = found->start;
  if (size) *size = found->size;
  return CUDA_SUCCESS;
}

DRIVER cuModuleLoadData(CUmodule* result, const void* text) {
  PATCHABLE;
  *result = (CUmodule)load(text);
  return CUDA_SUCCESS;
}

DRIVER cuModuleUnload(CUmodule old) {
  PATCHABLE;
  unload((struct image*)old);
  return CUDA_SUCCESS;
}

DRIVER cuModuleGetGlobal_v2(CUdeviceptr* result, size_t* size, CUmodule module, const char* name) {
  PATCHABLE;
  return get(result, size, (struct image*)module, name);
}

DRIVER cuLibraryLoadData(CUlibrary* result, const void* text, CUjit_option* jit, void** jit_values,
                         unsigned jit_count, CUlibraryOption* options, void** values,
                         unsigned count) {
  PATCHABLE;
  (void)jit, (void)jit_values, (void)jit_count, (void)options, (void)values, (void)count;
  *result = (CUlibrary)load(text);
  return CUDA_SUCCESS;
}

DRIVER cuLibraryUnload(CUlibrary old) {
  PATCHABLE;
  unload((struct image*)old);
  return CUDA_SUCCESS;
}

DRIVER cuLibraryGetGlobal(CUdeviceptr* result, size_t* size, CUlibrary library, const char* name) {
  PATCHABLE;
  return get(result, size, (struct image*)library, name);
}

DRIVER cuLibraryGetManaged(CUdeviceptr* result, size_t* size, CUlibrary library, const char* name) {
  PATCHABLE;
  return get(result, size, (struct image*)library, name);
}
