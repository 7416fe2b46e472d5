// SPDX-License-Identifier: BSD-3-Clause
// Entries of the table in device_memory_entries.c that are graphs.
#ifndef GUESTS_DEVICE_MEMORY_GRAPHS_H
#define GUESTS_DEVICE_MEMORY_GRAPHS_H
#include "device_memory.h"

CUresult make_graph(struct piece* p);
CUresult make_graph_ptsz(struct piece* p);
CUresult make_graph_general(struct piece* p);
CUresult make_graph_general_v2(struct piece* p);
CUresult make_captured(struct piece* p);
CUresult make_captured_again(struct piece* p);
CUresult make_launched_again(struct piece* p);
CUresult end_graph(struct piece* p);
CUresult end_graph_ptsz(struct piece* p);
CUresult end_by_node(struct piece* p);
#endif
