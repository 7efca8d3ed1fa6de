/* SPDX-License-Identifier: MIT */
/* What the files of the program room share. */
#ifndef CT_PROGRAM_INTERNAL_H
#define CT_PROGRAM_INTERNAL_H

#include <sys/types.h>
#include <time.h>

#include "base/arena.h"
#include "ctester/maps.h"
#include "program/program.h"

enum {
	CT_MODULES_MAX = 2048,
	CT_NAMES_MAX = 4096, /* addresses whose name is remembered */
};

/* The same bytes of the same file. */
struct ct_file_id {
	dev_t device;
	ino_t inode;
	time_t seconds;
	long nanoseconds;
};

/* Prototypes that were compiled into debug information of their own. */
struct ct_prototype_file {
	struct ct_image *image;
	struct ct_types *types;
	char *path;
	bool temporary; /* made from a user's header */
};

struct ct_program {
	struct ct_arena arena;
	/* Every file ever opened, and those that count now, in order. */
	struct ct_module **known;
	struct ct_file_id known_ids[CT_MODULES_MAX];
	size_t known_count;
	struct ct_module **modules;
	size_t module_count;
	struct ct_maps *maps;
	char *debug_directories;
	struct ct_prototype_file shipped;
	struct ct_prototype_file *headers;
	size_t header_count;
	/* A cache by address, of what does not change while nothing is
	 * loaded. */
	struct {
		uint64_t addr;
		struct ct_address_name name;
	} names[CT_NAMES_MAX];
	size_t name_count;
};

CT_MUST_CHECK
struct ct_error *ct_prototype_file_open(const char *path,
					struct ct_prototype_file *ret);
void ct_prototype_file_close(struct ct_prototype_file *file);

#endif
