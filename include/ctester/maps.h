/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What is mapped in a program, and which ELF files that makes.
 *
 * A snapshot: entries are borrowed from it and die with it.
 */
#ifndef CTESTER_MAPS_H
#define CTESTER_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_maps;

enum ct_map_kind {
	CT_MAP_ANONYMOUS,
	CT_MAP_FILE,
	CT_MAP_STACK, /**< of the first thread */
	CT_MAP_HEAP,
	CT_MAP_VDSO,
	CT_MAP_OTHER, /**< [vvar], [vsyscall] and what comes after us */
};

/** One line of /proc/PID/maps: [start, end). */
struct ct_map {
	uint64_t start;
	uint64_t end;
	uint64_t offset; /**< in the file */
	uint64_t dev;    /**< as makedev() makes it */
	uint64_t inode;
	const char *path; /**< "" for none; "[heap]"; no " (deleted)" */
	enum ct_map_kind kind;
	int prot;     /**< PROT_READ | PROT_WRITE | PROT_EXEC */
	bool shared;  /**< MAP_SHARED */
	bool deleted; /**< the file has no name any more */
};

/** One ELF file whose code is mapped. */
struct ct_loaded {
	uint64_t start; /**< where its headers are */
	uint64_t end;   /**< after its last segment */
	uint64_t bias;  /**< add to an address of the file */
	uint64_t dev;
	uint64_t inode;
	const char *path; /**< "[vdso]" for that one */
	bool deleted;
	bool vdso;
};

/** Take a snapshot; release with ct_maps_destroy(). */
struct ct_error *ct_maps_read(pid_t pid, struct ct_maps **ret);

void ct_maps_destroy(struct ct_maps *maps);

/** The i-th mapping by address, or NULL after the last. */
const struct ct_map *ct_maps_get(const struct ct_maps *maps, size_t i);

/** The mapping that holds an address, or NULL. */
const struct ct_map *ct_maps_find(const struct ct_maps *maps, uint64_t addr);

/** The i-th ELF file by address, or NULL after the last. */
const struct ct_loaded *ct_maps_get_loaded(const struct ct_maps *maps,
					   size_t i);

/** The ELF file that holds an address, or NULL. */
const struct ct_loaded *ct_maps_find_loaded(const struct ct_maps *maps,
					    uint64_t addr);

/**
 * Take a new snapshot in place of @p maps (which may start as NULL).  What
 * was borrowed from the old one dies when anything was mapped otherwise.
 *
 * @param ret_changed  True when other ELF files are loaded, or elsewhere.
 */
struct ct_error *ct_maps_refresh(pid_t pid, struct ct_maps **maps,
				 bool *ret_changed);

#ifdef __cplusplus
}
#endif
#endif
