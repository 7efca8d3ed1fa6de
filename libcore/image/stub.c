/* SPDX-License-Identifier: MIT */
/*
 * The file, from its start (gABI; GNU's hash table has no specification but
 * ld and glibc's elf/dl-lookup.c):
 *
 *   r--  headers, build-id, .gnu.hash, .dynsym, .dynstr
 *   r-x  .text, on pages of its own
 *   rw-  .dynamic, on pages of its own: glibc relocates it in place
 *        .shstrtab and the section headers, which nothing loads
 *
 * An address is its offset in the file.  Sections whose content depends on
 * addresses (.dynsym, .dynamic) have a size that does not, so that everything
 * is placed first and they are filled afterwards.
 */
#define _GNU_SOURCE
#include "image/stub.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "image/symtab.h"

enum {
	PAGE_SIZE = 4096, /* the psABI allows 64k; Linux maps by these */
	FUNCTION_SIZE = 16,
	BUILD_ID_SIZE = 16,
	BLOOM_SHIFT = 26, /* any; ld's own for tables of this size */
};

static const uint8_t function_code[FUNCTION_SIZE] = {
    0xf3, 0x0f, 0x1e, 0xfa, /* endbr64 */
    0x31, 0xc0,             /* xor %eax,%eax */
    0x31, 0xd2,             /* xor %edx,%edx */
    0x0f, 0x57, 0xc0,       /* xorps %xmm0,%xmm0 */
    0x0f, 0x57, 0xc9,       /* xorps %xmm1,%xmm1 */
    0xc3,                   /* ret */
    0xcc,                   /* int3: nothing comes here */
};

enum section {
	SECTION_NONE,
	SECTION_BUILD_ID,
	SECTION_HASH,
	SECTION_DYNSYM,
	SECTION_DYNSTR,
	SECTION_TEXT,
	SECTION_DYNAMIC,
	SECTION_NAMES,
	SECTION_COUNT,
};

enum segment {
	SEGMENT_HEADERS,
	SEGMENT_TEXT,
	SEGMENT_DYNAMIC,
	SEGMENT_LOADED_COUNT,
	SEGMENT_NONE = SEGMENT_LOADED_COUNT,
};

static const uint32_t segment_flags[SEGMENT_LOADED_COUNT] = {
    [SEGMENT_HEADERS] = PF_R,
    [SEGMENT_TEXT] = PF_R | PF_X,
    [SEGMENT_DYNAMIC] = PF_R | PF_W,
};

/* The segments behind those that are loaded: parts of them, and the stack. */
enum {
	SEGMENT_COUNT = SEGMENT_LOADED_COUNT + 3,
};

static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags;
	enum segment segment;
	uint64_t align, entry_size;
	enum section link;
	uint32_t info; /* of .dynsym: the first that is not local */
} section_rows[SECTION_COUNT] = {
    [SECTION_BUILD_ID] = {".note.gnu.build-id", SHT_NOTE, SHF_ALLOC,
			  SEGMENT_HEADERS, 4, 0, SECTION_NONE, 0},
    [SECTION_HASH] = {".gnu.hash", SHT_GNU_HASH, SHF_ALLOC, SEGMENT_HEADERS, 8,
		      0, SECTION_DYNSYM, 0},
    [SECTION_DYNSYM] = {".dynsym", SHT_DYNSYM, SHF_ALLOC, SEGMENT_HEADERS, 8,
			sizeof(Elf64_Sym), SECTION_DYNSTR, 1},
    [SECTION_DYNSTR] = {".dynstr", SHT_STRTAB, SHF_ALLOC, SEGMENT_HEADERS, 1, 0,
			SECTION_NONE, 0},
    [SECTION_TEXT] = {".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
		      SEGMENT_TEXT, FUNCTION_SIZE, 0, SECTION_NONE, 0},
    [SECTION_DYNAMIC] = {".dynamic", SHT_DYNAMIC, SHF_ALLOC | SHF_WRITE,
			 SEGMENT_DYNAMIC, 8, sizeof(Elf64_Dyn), SECTION_DYNSTR,
			 0},
    [SECTION_NAMES] = {".shstrtab", SHT_STRTAB, 0, SEGMENT_NONE, 1, 0,
		       SECTION_NONE, 0},
};

struct function {
	const char *name;
	uint32_t hash, bucket;
};

struct stub {
	const char *soname;
	struct function *functions; /* in the order of .dynsym */
	size_t count;
	uint32_t bucket_count;
	struct ct_buffer contents[SECTION_COUNT];
	uint64_t addrs[SECTION_COUNT];
	uint32_t labels[SECTION_COUNT]; /* offsets in .shstrtab */
	uint64_t headers;               /* offset of the section headers */
};

static void stub_deinit(struct stub *stub)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		ct_buffer_deinit(&stub->contents[i]);
	free(stub->functions);
}

static uint64_t aligned(uint64_t at, uint64_t align)
{
	return (at + align - 1) / align * align;
}

static void put_u32(struct ct_buffer *out, uint32_t value)
{
	ct_buffer_append(out, &value, sizeof(value));
}

/* With its NUL. */
static uint32_t put_string(struct ct_buffer *out, const char *string)
{
	size_t at = out->size;
	ct_buffer_append(out, string, strlen(string) + 1);
	return (uint32_t)at;
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 5381;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		hash = hash * 33 + *c;
	return hash;
}

static int compare_names(const void *a, const void *b)
{
	const struct function *left = a, *right = b;
	return strcmp(left->name, right->name);
}

/* GNU's table wants the functions of a bucket together. */
static int compare_buckets(const void *a, const void *b)
{
	const struct function *left = a, *right = b;
	if (left->bucket != right->bucket)
		return left->bucket < right->bucket ? -1 : 1;
	return strcmp(left->name, right->name);
}

static struct ct_error *check_name(const char *what, const char *name)
{
	size_t size = strnlen(name, CT_MAX_SYMBOL_NAME + 1);
	if (size == 0)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%s of a stub library has an empty name",
				       what);
	if (size > CT_MAX_SYMBOL_NAME)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%s of a stub library has a name of "
				       "more than %d bytes: %.40s...",
				       what, CT_MAX_SYMBOL_NAME, name);
	return NULL;
}

static void leave_out_twins(struct stub *stub)
{
	size_t kept = 0;
	for (size_t i = 0; i < stub->count; i++) {
		if (kept && !compare_names(&stub->functions[kept - 1],
					   &stub->functions[i]))
			continue;
		stub->functions[kept++] = stub->functions[i];
	}
	stub->count = kept;
}

static struct ct_error *take_names(struct stub *stub, const char *const *names,
				   size_t count)
{
	if (count > CT_STUB_FUNCTIONS_MAX)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%zu functions are too many for a stub "
				       "library: it has up to %d",
				       count, CT_STUB_FUNCTIONS_MAX);
	stub->functions = calloc(count + 1, sizeof(*stub->functions));
	if (!stub->functions)
		return &ct_enomem;
	for (size_t i = 0; i < count; i++) {
		struct ct_error *err = check_name("a function", names[i]);
		if (err)
			return err;
		stub->functions[i].name = names[i];
		stub->functions[i].hash = hash_of(names[i]);
	}
	stub->count = count;
	qsort(stub->functions, count, sizeof(*stub->functions), compare_names);
	leave_out_twins(stub);
	stub->bucket_count = (uint32_t)stub->count / 2 + 1;
	for (size_t i = 0; i < stub->count; i++)
		stub->functions[i].bucket =
		    stub->functions[i].hash % stub->bucket_count;
	qsort(stub->functions, stub->count, sizeof(*stub->functions),
	      compare_buckets);
	return NULL;
}

static uint64_t hash_bytes(uint64_t hash, const char *data, size_t size)
{
	/* FNV-1a. */
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3;
	return hash;
}

/* An id of the content: SONAME and names make all of it. */
static void put_build_id(struct stub *stub)
{
	struct ct_buffer *out = &stub->contents[SECTION_BUILD_ID];
	const struct ct_buffer *strings = &stub->contents[SECTION_DYNSTR];
	const Elf64_Nhdr note = {
	    .n_namesz = sizeof(ELF_NOTE_GNU),
	    .n_descsz = BUILD_ID_SIZE,
	    .n_type = NT_GNU_BUILD_ID,
	};
	uint64_t id[2] = {
	    hash_bytes(0xcbf29ce484222325, strings->data, strings->size),
	};
	id[1] = hash_bytes(id[0] ^ ~UINT64_C(0), strings->data, strings->size);
	ct_buffer_append(out, &note, sizeof(note));
	ct_buffer_append(out, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU));
	ct_buffer_append(out, id, sizeof(id));
}

static void put_strings(struct stub *stub)
{
	struct ct_buffer *out = &stub->contents[SECTION_DYNSTR];
	ct_buffer_putc(out, '\0');
	put_string(out, stub->soname);
	for (size_t i = 0; i < stub->count; i++)
		put_string(out, stub->functions[i].name);
	out = &stub->contents[SECTION_NAMES];
	ct_buffer_putc(out, '\0');
	for (size_t i = SECTION_NONE + 1; i < SECTION_COUNT; i++)
		stub->labels[i] = put_string(out, section_rows[i].name);
}

/* The words of the filter, of some 12 bits a symbol: a power of two. */
static uint32_t bloom_count(const struct stub *stub)
{
	uint32_t count = 1;
	while (count * 64 < stub->count * 12)
		count *= 2;
	return count;
}

static struct ct_error *put_bloom(const struct stub *stub,
				  struct ct_buffer *out)
{
	uint32_t count = bloom_count(stub);
	CT_AUTO_FREE uint64_t *bloom = calloc(count, sizeof(*bloom));
	if (!bloom)
		return &ct_enomem;
	for (size_t i = 0; i < stub->count; i++) {
		uint32_t hash = stub->functions[i].hash;
		bloom[hash / 64 % count] |= UINT64_C(1) << (hash % 64) |
					    UINT64_C(1)
						<< ((hash >> BLOOM_SHIFT) % 64);
	}
	ct_buffer_append(out, bloom, count * sizeof(*bloom));
	return NULL;
}

static struct ct_error *put_hash(struct stub *stub)
{
	struct ct_buffer *out = &stub->contents[SECTION_HASH];
	put_u32(out, stub->bucket_count);
	put_u32(out, 1); /* symbol 0 is no function */
	put_u32(out, bloom_count(stub));
	put_u32(out, BLOOM_SHIFT);
	struct ct_error *err = put_bloom(stub, out);
	if (err)
		return err;
	size_t i = 0;
	for (uint32_t bucket = 0; bucket < stub->bucket_count; bucket++) {
		bool has =
		    i < stub->count && stub->functions[i].bucket == bucket;
		put_u32(out, has ? (uint32_t)i + 1 : 0);
		while (i < stub->count && stub->functions[i].bucket == bucket)
			i++;
	}
	for (i = 0; i < stub->count; i++) {
		bool last =
		    i + 1 == stub->count ||
		    stub->functions[i + 1].bucket != stub->functions[i].bucket;
		put_u32(out, (stub->functions[i].hash & ~1U) | last);
	}
	return NULL;
}

static void put_text(struct stub *stub)
{
	struct ct_buffer *out = &stub->contents[SECTION_TEXT];
	/* A library of no functions has one without a name: a segment of no
	 * bytes is what few readers expect. */
	for (size_t i = 0; i < stub->count || !i; i++)
		ct_buffer_append(out, function_code, sizeof(function_code));
}

static void put_symbols(struct stub *stub)
{
	struct ct_buffer *out = &stub->contents[SECTION_DYNSYM];
	Elf64_Sym symbol = {0};
	ct_buffer_append(out, &symbol, sizeof(symbol));
	symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
	symbol.st_shndx = SECTION_TEXT;
	symbol.st_size = FUNCTION_SIZE;
	symbol.st_value = stub->addrs[SECTION_TEXT];
	symbol.st_name = (uint32_t)(1 + strlen(stub->soname) + 1);
	for (size_t i = 0; i < stub->count; i++) {
		ct_buffer_append(out, &symbol, sizeof(symbol));
		symbol.st_value += FUNCTION_SIZE;
		symbol.st_name +=
		    (uint32_t)(strlen(stub->functions[i].name) + 1);
	}
}

static void put_dynamic(struct stub *stub)
{
	const uint64_t *addrs = stub->addrs;
	const Elf64_Dyn entries[] = {
	    {DT_SONAME, {1}},
	    {DT_GNU_HASH, {addrs[SECTION_HASH]}},
	    {DT_STRTAB, {addrs[SECTION_DYNSTR]}},
	    {DT_SYMTAB, {addrs[SECTION_DYNSYM]}},
	    {DT_STRSZ, {stub->contents[SECTION_DYNSTR].size}},
	    {DT_SYMENT, {sizeof(Elf64_Sym)}},
	    /* Closed, it stays: GDB warns of its breakpoints in a library that
	     * goes, and there is no going before that. */
	    {DT_FLAGS_1, {DF_1_NODELETE}},
	    {DT_NULL, {0}},
	};
	ct_buffer_append(&stub->contents[SECTION_DYNAMIC], entries,
			 sizeof(entries));
}

/* Give each section its address, which is its offset. */
static void place(struct stub *stub)
{
	uint64_t at = sizeof(Elf64_Ehdr) + SEGMENT_COUNT * sizeof(Elf64_Phdr);
	enum segment segment = SEGMENT_HEADERS;
	for (size_t i = SECTION_NONE + 1; i < SECTION_COUNT; i++) {
		if (section_rows[i].segment != segment &&
		    section_rows[i].segment != SEGMENT_NONE)
			at = aligned(at, PAGE_SIZE);
		segment = section_rows[i].segment;
		at = aligned(at, section_rows[i].align);
		stub->addrs[i] = at;
		at += stub->contents[i].size;
	}
	stub->headers = aligned(at, 8);
}

static struct ct_error *check_memory(const struct stub *stub)
{
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		if (ct_buffer_failed(&stub->contents[i]))
			return &ct_enomem;
	}
	return NULL;
}

/* The contents and places of all sections. */
static struct ct_error *lay_out(struct stub *stub)
{
	put_strings(stub);
	put_build_id(stub);
	struct ct_error *err = put_hash(stub);
	if (err)
		return err;
	put_text(stub);
	put_symbols(stub);
	put_dynamic(stub);
	err = check_memory(stub);
	if (err)
		return err;
	place(stub);
	/* Once more, with addresses. */
	stub->contents[SECTION_DYNSYM].size = 0;
	stub->contents[SECTION_DYNAMIC].size = 0;
	put_symbols(stub);
	put_dynamic(stub);
	return check_memory(stub);
}

static bool write_header(const struct stub *stub, Elf *elf)
{
	Elf64_Ehdr *header = elf64_newehdr(elf);
	if (!header)
		return false;
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_type = ET_DYN;
	header->e_machine = EM_X86_64;
	header->e_version = EV_CURRENT;
	header->e_phoff = sizeof(*header);
	header->e_shoff = stub->headers;
	header->e_shstrndx = SECTION_NAMES;
	/* The offsets are ours, not libelf's. */
	elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT);
	return true;
}

static bool write_section(struct stub *stub, Elf *elf, enum section i)
{
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = section ? elf_newdata(section) : NULL;
	Elf64_Shdr *header = data ? elf64_getshdr(section) : NULL;
	if (!header)
		return false;
	data->d_type = ELF_T_BYTE; /* in the file's byte order already */
	data->d_buf = stub->contents[i].data;
	data->d_size = stub->contents[i].size;
	data->d_align = section_rows[i].align;
	header->sh_name = stub->labels[i];
	header->sh_type = section_rows[i].type;
	header->sh_flags = section_rows[i].flags;
	if (section_rows[i].flags & SHF_ALLOC)
		header->sh_addr = stub->addrs[i];
	header->sh_offset = stub->addrs[i];
	header->sh_size = stub->contents[i].size;
	header->sh_link = section_rows[i].link;
	header->sh_info = section_rows[i].info;
	header->sh_addralign = section_rows[i].align;
	header->sh_entsize = section_rows[i].entry_size;
	return true;
}

/* From the first byte to the end of a section. */
static Elf64_Phdr loaded_segment(const struct stub *stub, enum segment segment)
{
	enum section first = SECTION_COUNT, last = SECTION_NONE;
	for (enum section i = SECTION_NONE + 1; i < SECTION_COUNT; i++) {
		if (section_rows[i].segment != segment)
			continue;
		first = first < i ? first : i;
		last = i;
	}
	/* The dynamic linker wants the headers loaded, too. */
	uint64_t begin = segment == SEGMENT_HEADERS ? 0 : stub->addrs[first];
	uint64_t size = stub->addrs[last] + stub->contents[last].size - begin;
	return (Elf64_Phdr){
	    .p_type = PT_LOAD,
	    .p_flags = segment_flags[segment],
	    .p_offset = begin,
	    .p_vaddr = begin,
	    .p_paddr = begin,
	    .p_filesz = size,
	    .p_memsz = size,
	    .p_align = PAGE_SIZE,
	};
}

static Elf64_Phdr section_segment(const struct stub *stub, uint32_t type,
				  uint32_t flags, enum section i)
{
	return (Elf64_Phdr){
	    .p_type = type,
	    .p_flags = flags,
	    .p_offset = stub->addrs[i],
	    .p_vaddr = stub->addrs[i],
	    .p_paddr = stub->addrs[i],
	    .p_filesz = stub->contents[i].size,
	    .p_memsz = stub->contents[i].size,
	    .p_align = section_rows[i].align,
	};
}

static bool write_segments(const struct stub *stub, Elf *elf)
{
	Elf64_Phdr *segments = elf64_newphdr(elf, SEGMENT_COUNT);
	if (!segments)
		return false;
	for (enum segment i = 0; i < SEGMENT_LOADED_COUNT; i++)
		*segments++ = loaded_segment(stub, i);
	*segments++ =
	    section_segment(stub, PT_DYNAMIC, PF_R | PF_W, SECTION_DYNAMIC);
	*segments++ = section_segment(stub, PT_NOTE, PF_R, SECTION_BUILD_ID);
	/* Without it, glibc makes the program's stacks executable. */
	*segments = (Elf64_Phdr){
	    .p_type = PT_GNU_STACK,
	    .p_flags = PF_R | PF_W,
	    .p_align = 16,
	};
	return true;
}

static bool write_elf(struct stub *stub, int fd)
{
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
	if (!elf)
		return false;
	bool good = write_header(stub, elf) && write_segments(stub, elf);
	for (enum section i = SECTION_NONE + 1; good && i < SECTION_COUNT; i++)
		good = write_section(stub, elf, i);
	good = good && elf_update(elf, ELF_C_WRITE) >= 0;
	elf_end(elf);
	return good;
}

/* Write to a file beside `path`, and put it in its place. */
static struct ct_error *write_beside(struct stub *stub, const char *path,
				     char *beside)
{
	CT_AUTO_CLOSE int fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", beside);
	errno = 0;
	struct ct_error *err = NULL;
	if (!write_elf(stub, fd)) {
		/* libelf has a message for what is not an errno's. */
		int error = elf_errno();
		err = errno ? ct_error_format(CT_ERROR_OS, "%s: %m", beside)
			    : ct_error_format(CT_ERROR_OS, "%s: %s", beside,
					      elf_errmsg(error));
	} else if (fchmod(fd, 0644) || rename(beside, path)) {
		err = ct_error_format(CT_ERROR_OS, "%s: %m", path);
	}
	if (err)
		unlink(beside);
	return err;
}

struct ct_error *ct_stub_write(const char *path, const char *soname,
			       const char *const *names, size_t count)
{
	CT_CLEANUP(stub_deinit) struct stub stub = {.soname = soname};
	struct ct_error *err = check_name("the SONAME", soname);
	if (!err)
		err = take_names(&stub, names, count);
	if (!err)
		err = lay_out(&stub);
	if (err)
		return err;
	CT_AUTO_FREE char *beside = NULL;
	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		beside = NULL;
		return &ct_enomem;
	}
	return write_beside(&stub, path, beside);
}
