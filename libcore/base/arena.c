/* SPDX-License-Identifier: MIT */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum {
	BLOCK_SIZE = 16 * 1024
};

struct ct_arena_block {
	struct ct_arena_block *next;
	size_t capacity;
	alignas(max_align_t) unsigned char bytes[];
};

void ct_arena_init(struct ct_arena *arena)
{
	arena->blocks = NULL;
	arena->used = 0;
}

void ct_arena_deinit(struct ct_arena *arena)
{
	while (arena->blocks) {
		struct ct_arena_block *block = arena->blocks;
		arena->blocks = block->next;
		free(block);
	}
	arena->used = 0;
}

static struct ct_arena_block *block_alloc(size_t capacity)
{
	struct ct_arena_block *block = calloc(1, sizeof(*block) + capacity);
	if (block)
		block->capacity = capacity;
	return block;
}

void *ct_arena_alloc(struct ct_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & -alignof(max_align_t);

	/* A large thing gets a block of its own, behind the current one. */
	if (size > BLOCK_SIZE / 4 && arena->blocks) {
		struct ct_arena_block *block = block_alloc(size);
		if (!block)
			return NULL;
		block->next = arena->blocks->next;
		arena->blocks->next = block;
		return block->bytes;
	}
	if (!arena->blocks || arena->blocks->capacity - arena->used < size) {
		struct ct_arena_block *block =
		    block_alloc(size > BLOCK_SIZE ? size : BLOCK_SIZE);
		if (!block)
			return NULL;
		block->next = arena->blocks;
		arena->blocks = block;
		arena->used = 0;
	}
	void *memory = arena->blocks->bytes + arena->used;
	arena->used += size;
	return memory;
}

void *ct_arena_alloc_array(struct ct_arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return ct_arena_alloc(arena, total);
}

char *ct_arena_strdup(struct ct_arena *arena, const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = ct_arena_alloc(arena, size);
	return copy ? memcpy(copy, string, size) : NULL;
}
