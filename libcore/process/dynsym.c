/* SPDX-License-Identifier: MIT */
/*
 * The dynamic symbol table of a file that is mapped, by its hash table, as the
 * dynamic linker looks names up: gABI, "Dynamic Linking", and for DT_GNU_HASH
 * glibc's dl-lookup.c.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <string.h>

#include "ctester/process.h"
#include "process/dynsym.h"
#include "process/ptrace.h"

enum {
	PHDRS_MAX = 64,
	ENTRIES_MAX = 256, /* of the dynamic section */
	CHAIN_MAX = 65536, /* symbols that are looked at */
	NAME_MAX_SIZE = 256,
};

struct tables {
	pid_t pid;
	uint64_t bias;
	uint64_t symbols, strings, gnu_hash, hash;
};

/* A value of d_ptr: glibc adds the bias in place, musl does not. */
static uint64_t address(const struct tables *tables, uint64_t value)
{
	return value < tables->bias ? value + tables->bias : value;
}

static void set_table(struct tables *tables, const Elf64_Dyn *entry)
{
	uint64_t value = address(tables, entry->d_un.d_ptr);
	switch (entry->d_tag) {
	case DT_SYMTAB:
		tables->symbols = value;
		break;
	case DT_STRTAB:
		tables->strings = value;
		break;
	case DT_GNU_HASH:
		tables->gnu_hash = value;
		break;
	case DT_HASH:
		tables->hash = value;
		break;
	}
}

static struct ct_error *read_dynamic(struct tables *tables, uint64_t addr)
{
	for (int i = 0; i < ENTRIES_MAX; i++) {
		Elf64_Dyn entry;
		struct ct_error *err = ct_process_read_all(
		    tables->pid, addr + (uint64_t)i * sizeof(entry), &entry,
		    sizeof(entry));
		if (err || entry.d_tag == DT_NULL)
			return err;
		set_table(tables, &entry);
	}
	return NULL;
}

static struct ct_error *find_tables(pid_t pid, const struct ct_loaded *loaded,
				    struct tables *tables)
{
	Elf64_Ehdr ehdr;
	*tables = (struct tables){.pid = pid, .bias = loaded->bias};
	struct ct_error *err =
	    ct_process_read_all(pid, loaded->start, &ehdr, sizeof(ehdr));
	for (uint64_t i = 0; !err && i < ehdr.e_phnum && i < PHDRS_MAX; i++) {
		Elf64_Phdr phdr;
		err = ct_process_read_all(
		    pid, loaded->start + ehdr.e_phoff + i * sizeof(phdr), &phdr,
		    sizeof(phdr));
		if (!err && phdr.p_type == PT_DYNAMIC)
			return read_dynamic(tables,
					    loaded->bias + phdr.p_vaddr);
	}
	return err;
}

/* Whether symbol `index` is the one; its address then. */
static struct ct_error *compare(const struct tables *tables, uint64_t index,
				const char *name, uint64_t *ret)
{
	Elf64_Sym symbol;
	char text[NAME_MAX_SIZE];
	size_t size = strlen(name) + 1;
	struct ct_error *err = ct_process_read_all(
	    tables->pid, tables->symbols + index * sizeof(symbol), &symbol,
	    sizeof(symbol));
	if (err || symbol.st_shndx == SHN_UNDEF || size > sizeof(text))
		return err;
	if (ct_process_read(tables->pid, tables->strings + symbol.st_name, text,
			    size) == size &&
	    memcmp(text, name, size) == 0)
		*ret = tables->bias + symbol.st_value;
	return NULL;
}

static struct ct_error *read_word(const struct tables *tables, uint64_t addr,
				  uint32_t *ret)
{
	return ct_process_read_all(tables->pid, addr, ret, sizeof(*ret));
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;
	for (; *name; name++)
		hash = hash * 33 + (uint8_t)*name;
	return hash;
}

static struct ct_error *find_by_gnu_hash(const struct tables *tables,
					 const char *name, uint64_t *ret)
{
	struct {
		uint32_t buckets, first, bloom_size, shift;
	} header;
	struct ct_error *err = ct_process_read_all(
	    tables->pid, tables->gnu_hash, &header, sizeof(header));
	if (err || !header.buckets)
		return err;
	uint64_t buckets =
	    tables->gnu_hash + sizeof(header) + (uint64_t)header.bloom_size * 8;
	uint64_t chain = buckets + (uint64_t)header.buckets * 4;
	uint32_t wanted = gnu_hash(name), index, hash = 0;
	err =
	    read_word(tables, buckets + wanted % header.buckets * 4ull, &index);
	if (err || index < header.first)
		return err;
	for (int i = 0; i < CHAIN_MAX && !*ret && !(hash & 1); i++, index++) {
		err = read_word(tables, chain + (index - header.first) * 4ull,
				&hash);
		if (!err && (hash | 1) == (wanted | 1))
			err = compare(tables, index, name, ret);
		if (err)
			return err;
	}
	return NULL;
}

static uint32_t sysv_hash(const char *name)
{
	uint32_t hash = 0;
	for (; *name; name++) {
		hash = (hash << 4) + (uint8_t)*name;
		hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
	}
	return hash;
}

static struct ct_error *find_by_hash(const struct tables *tables,
				     const char *name, uint64_t *ret)
{
	struct {
		uint32_t buckets, chains;
	} header;
	struct ct_error *err = ct_process_read_all(tables->pid, tables->hash,
						   &header, sizeof(header));
	if (err || !header.buckets)
		return err;
	uint64_t buckets = tables->hash + sizeof(header);
	uint64_t chain = buckets + header.buckets * 4ull;
	uint32_t index;
	err = read_word(tables, buckets + sysv_hash(name) % header.buckets * 4,
			&index);
	for (int i = 0; !err && i < CHAIN_MAX && !*ret && index; i++) {
		err = compare(tables, index, name, ret);
		if (!err)
			err = read_word(tables, chain + index * 4ull, &index);
	}
	return err;
}

struct ct_error *ct_process_find_export(pid_t pid,
					const struct ct_loaded *loaded,
					const char *name, uint64_t *ret)
{
	struct tables tables;
	uint64_t found = 0;
	struct ct_error *err = find_tables(pid, loaded, &tables);
	if (!err && tables.symbols && tables.strings) {
		if (tables.gnu_hash)
			err = find_by_gnu_hash(&tables, name, &found);
		else if (tables.hash)
			err = find_by_hash(&tables, name, &found);
	}
	if (err) {
		ct_error_destroy(err);
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: its symbols cannot be read in process %d",
		    loaded->path, (int)pid);
	}
	*ret = found;
	return NULL;
}
