/* SPDX-License-Identifier: MIT */
/*
 * An arena: many small allocations that die together.  Nothing in it is freed
 * alone.  Memory comes zeroed and aligned for any type.
 */
#ifndef CT_BASE_ARENA_H
#define CT_BASE_ARENA_H

#include <stddef.h>

struct ct_arena_block;

struct ct_arena {
	struct ct_arena_block *blocks;
	size_t used;
};

void ct_arena_init(struct ct_arena *arena);
void ct_arena_deinit(struct ct_arena *arena);

/* Zeroed memory of `size` bytes, or NULL when there is none. */
void *ct_arena_alloc(struct ct_arena *arena, size_t size);

/* The same for `count` things of `size` bytes; NULL on overflow too. */
void *ct_arena_alloc_array(struct ct_arena *arena, size_t count, size_t size);

/* A copy of the string, or NULL when there is no memory. */
char *ct_arena_strdup(struct ct_arena *arena, const char *string);

#endif
