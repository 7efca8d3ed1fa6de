/* SPDX-License-Identifier: MIT */
/* What a snapshot of the memory map is made of. */
#ifndef CT_PROCESS_MAPS_H
#define CT_PROCESS_MAPS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ctester/maps.h"

struct ct_maps {
	struct ct_arena arena; /* paths and both arrays */
	struct ct_buffer text; /* what the kernel said, to compare */
	struct ct_map *maps;
	size_t count;
	struct ct_loaded *loaded;
	size_t loaded_count;
};

/* Find the ELF files among the mappings, which are complete and sorted. */
CT_MUST_CHECK
struct ct_error *ct_maps_find_files(pid_t pid, struct ct_maps *maps);

#endif
