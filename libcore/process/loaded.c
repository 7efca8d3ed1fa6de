/* SPDX-License-Identifier: MIT */
/*
 * Which mappings are loaded ELF files.  The headers of such a file are mapped
 * with its first segment, at file offset 0; from them the load bias is known
 * for PIE and non-PIE alike: where the first segment is, less where the file
 * says it should be.
 *
 * A file that is only being read (a debugger, `file`, ld.so looking at it)
 * is mapped at offset 0 too.  It is told apart by its code: the executable
 * segment must be mapped, executable, from the same file, where the bias
 * puts it.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <string.h>
#include <sys/mman.h>

#include "ctester/process.h"
#include "process/maps.h"
#include "process/ptrace.h"

/* Real files have a dozen; a damaged header may say 65,535. */
#define PHDRS_MAX 64

struct headers {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[PHDRS_MAX];
};

static bool read_headers(pid_t pid, const struct ct_map *map,
			 struct headers *headers)
{
	Elf64_Ehdr *ehdr = &headers->ehdr;
	if (ct_process_read(pid, map->start, ehdr, sizeof(*ehdr)) !=
	    sizeof(*ehdr))
		return false;
	if (memcmp(ehdr->e_ident, ELFMAG, SELFMAG) != 0 ||
	    ehdr->e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr->e_machine != EM_X86_64 ||
	    (ehdr->e_type != ET_EXEC && ehdr->e_type != ET_DYN) ||
	    ehdr->e_phentsize != sizeof(Elf64_Phdr) || !ehdr->e_phnum ||
	    ehdr->e_phnum > PHDRS_MAX)
		return false;
	size_t size = ehdr->e_phnum * sizeof(Elf64_Phdr);
	if (ehdr->e_phoff > map->end - map->start)
		return false;
	return ct_process_read(pid, map->start + ehdr->e_phoff, headers->phdrs,
			       size) == size;
}

static uint64_t page_floor(uint64_t addr)
{
	return addr & ~(uint64_t)(CT_PAGE_SIZE - 1);
}

static bool same_file(const struct ct_map *a, const struct ct_map *b)
{
	return a->kind == b->kind && a->dev == b->dev && a->inode == b->inode;
}

static bool find_bias(const struct headers *headers, const struct ct_map *map,
		      uint64_t *ret)
{
	for (int i = 0; i < headers->ehdr.e_phnum; i++) {
		const Elf64_Phdr *phdr = &headers->phdrs[i];
		if (phdr->p_type == PT_LOAD &&
		    page_floor(phdr->p_offset) == 0) {
			*ret = map->start - page_floor(phdr->p_vaddr);
			return true;
		}
	}
	return false;
}

/* True when the code is where the bias says; also finds the end. */
static bool check_segments(const struct ct_maps *maps, const struct ct_map *map,
			   const struct headers *headers,
			   struct ct_loaded *loaded)
{
	bool has_code = false;
	loaded->end = map->end;
	for (int i = 0; i < headers->ehdr.e_phnum; i++) {
		const Elf64_Phdr *phdr = &headers->phdrs[i];
		if (phdr->p_type != PT_LOAD)
			continue;
		uint64_t addr = loaded->bias + phdr->p_vaddr;
		const struct ct_map *found = ct_maps_find(maps, addr);
		if (!found)
			return false;
		if (phdr->p_flags & PF_X) {
			if (!(found->prot & PROT_EXEC) ||
			    !same_file(found, map))
				return false;
			has_code = true;
		}
		uint64_t end = addr + phdr->p_memsz;
		end = page_floor(end + CT_PAGE_SIZE - 1);
		if (end > loaded->end && end <= CT_USER_ADDR_MAX)
			loaded->end = end;
	}
	return has_code;
}

static bool is_loaded(pid_t pid, const struct ct_maps *maps,
		      const struct ct_map *map, struct ct_loaded *loaded)
{
	bool vdso = map->kind == CT_MAP_VDSO;
	if (map->offset || !(vdso || map->kind == CT_MAP_FILE))
		return false;
	struct headers headers;
	if (!read_headers(pid, map, &headers) ||
	    !find_bias(&headers, map, &loaded->bias) ||
	    !check_segments(maps, map, &headers, loaded))
		return false;
	loaded->start = map->start;
	loaded->dev = map->dev;
	loaded->inode = map->inode;
	loaded->path = map->path;
	loaded->deleted = map->deleted;
	loaded->vdso = vdso;
	return true;
}

struct ct_error *ct_maps_find_files(pid_t pid, struct ct_maps *maps)
{
	maps->loaded = ct_arena_alloc_array(&maps->arena, maps->count + 1,
					    sizeof(*maps->loaded));
	if (!maps->loaded)
		return &ct_enomem;
	for (size_t i = 0; i < maps->count; i++)
		if (is_loaded(pid, maps, &maps->maps[i],
			      &maps->loaded[maps->loaded_count]))
			maps->loaded_count++;
	return NULL;
}

const struct ct_loaded *ct_maps_get_loaded(const struct ct_maps *maps, size_t i)
{
	return i < maps->loaded_count ? &maps->loaded[i] : NULL;
}

/*
 * Not a binary search: the gaps between the segments of one file may hold
 * another (old ld.so maps are like that), so the mapping's own file decides.
 */
const struct ct_loaded *ct_maps_find_loaded(const struct ct_maps *maps,
					    uint64_t addr)
{
	const struct ct_map *map = ct_maps_find(maps, addr);
	const struct ct_loaded *best = NULL;
	for (size_t i = 0; map && i < maps->loaded_count; i++) {
		const struct ct_loaded *loaded = &maps->loaded[i];
		if (addr < loaded->start || addr >= loaded->end)
			continue;
		if (map->kind == CT_MAP_FILE &&
		    (map->dev != loaded->dev || map->inode != loaded->inode))
			continue;
		best = loaded;
	}
	return best;
}
