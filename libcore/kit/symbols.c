/* SPDX-License-Identifier: MIT */
/* The program's own file: its code, and names for addresses in it. */
#define _GNU_SOURCE
#include "kit/symbols.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/sandbox.h"

#define PROGRAM "/proc/self/exe"

/* The section that Makefile puts the kit's code into. */
extern const char __start_ctester_kit[] __attribute__((weak));
extern const char __stop_ctester_kit[] __attribute__((weak));

static struct {
	bool known;
	uintptr_t bias, begin, end;
} code;

/* The first object is the program: dl_iterate_phdr(3). */
static int find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size, (void)unused;
	code.bias = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
			continue;
		uintptr_t begin = info->dlpi_addr + part->p_vaddr;
		if (!code.begin)
			code.begin = begin;
		code.end = begin + part->p_memsz;
	}
	return 1;
}

/* Before main(): a handler only looks at what is here. */
__attribute__((constructor)) static void prepare(void)
{
	if (!code.known)
		dl_iterate_phdr(find_code, NULL);
	code.known = true;
}

bool ctester_symbols_in_kit(uintptr_t pc)
{
	return pc >= (uintptr_t)__start_ctester_kit &&
	       pc < (uintptr_t)__stop_ctester_kit;
}

bool ctester_symbols_in_program(uintptr_t pc)
{
	return pc >= code.begin && pc < code.end && !ctester_symbols_in_kit(pc);
}

uintptr_t ctester_symbols_bias(void)
{
	prepare();
	return code.bias;
}

static bool map(struct ctester_elf *elf)
{
	struct stat status;
	int fd = open(PROGRAM, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	void *bytes = MAP_FAILED;
	if (fstat(fd, &status) == 0 && status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ,
			     MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return false;
	elf->bytes = bytes;
	elf->size = (size_t)status.st_size;
	return true;
}

static bool holds(const struct ctester_elf *elf, uint64_t at, uint64_t size)
{
	return at <= elf->size && size <= elf->size - at;
}

bool ctester_elf_open(struct ctester_elf *elf)
{
	*elf = (struct ctester_elf){0};
	if (!map(elf))
		return false;
	const ElfW(Ehdr) *head = (const void *)elf->bytes;
	if (holds(elf, 0, sizeof(*head)) &&
	    memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
	    head->e_shentsize == sizeof(ElfW(Shdr)) &&
	    holds(elf, head->e_shoff,
		  (uint64_t)head->e_shnum * sizeof(ElfW(Shdr)))) {
		elf->sections = (const void *)(elf->bytes + head->e_shoff);
		elf->count = head->e_shnum;
		return true;
	}
	ctester_elf_close(elf);
	return false;
}

void ctester_elf_close(struct ctester_elf *elf)
{
	if (elf->bytes)
		munmap((void *)(uintptr_t)elf->bytes, elf->size);
	*elf = (struct ctester_elf){0};
}

const void *ctester_elf_data(const struct ctester_elf *elf,
			     const ElfW(Shdr) * section)
{
	if (section->sh_type == SHT_NOBITS ||
	    !holds(elf, section->sh_offset, section->sh_size))
		return NULL;
	return elf->bytes + section->sh_offset;
}

bool ctester_elf_symbols(const struct ctester_elf *elf, unsigned int type,
			 struct ctester_elf_symbols *ret)
{
	for (unsigned int i = 0; i < elf->count; i++) {
		const ElfW(Shdr) *section = &elf->sections[i];
		if (section->sh_type != type || section->sh_link >= elf->count)
			continue;
		const ElfW(Shdr) *text = &elf->sections[section->sh_link];
		ret->list = ctester_elf_data(elf, section);
		ret->count = section->sh_size / sizeof(*ret->list);
		ret->names = ctester_elf_data(elf, text);
		ret->names_size = text->sh_size;
		/* A table of strings ends with a 0: the ELF specification. */
		return ret->list && ret->names && ret->names_size &&
		       !ret->names[ret->names_size - 1];
	}
	return false;
}

const char *ctester_elf_name(const struct ctester_elf_symbols *symbols,
			     const ElfW(Sym) * symbol)
{
	return symbol->st_name < symbols->names_size
		   ? symbols->names + symbol->st_name
		   : "";
}

static bool copy_name(uintptr_t pc, char *name, size_t size)
{
	struct ctester_elf elf;
	struct ctester_elf_symbols symbols;
	if (!ctester_elf_open(&elf))
		return false;
	bool found = false;
	size_t count =
	    ctester_elf_symbols(&elf, SHT_SYMTAB, &symbols) ? symbols.count : 0;
	for (size_t i = 0; i < count && !found; i++) {
		const ElfW(Sym) *symbol = &symbols.list[i];
		found = ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
			symbol->st_shndx != SHN_UNDEF &&
			pc - code.bias - symbol->st_value < symbol->st_size;
		if (found)
			snprintf(name, size, "%s",
				 ctester_elf_name(&symbols, symbol));
	}
	ctester_elf_close(&elf);
	return found;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static void describe_own(uintptr_t pc, char *text, size_t size)
{
	char name[256], file[256];
	ssize_t length = readlink(PROGRAM, file, sizeof(file) - 1);
	file[length > 0 ? length : 0] = '\0';
	if (!copy_name(pc, name, sizeof(name)))
		snprintf(name, sizeof(name), "??");
	snprintf(text, size, "%s() (%s+%#lx)", name, base_name(file),
		 (unsigned long)(pc - code.bias));
}

void ctester_symbols_describe(uintptr_t pc, char *text, size_t size)
{
	Dl_info info;
	*text = '\0';
	if (!pc)
		return;
	if (ctester_symbols_in_program(pc)) {
		describe_own(pc, text, size);
		return;
	}
	if (!dladdr((void *)pc, &info) || !info.dli_fname)
		return;
	snprintf(text, size, "%s() (%s+%#lx)",
		 info.dli_sname ? info.dli_sname : "??",
		 base_name(info.dli_fname),
		 (unsigned long)(pc - (uintptr_t)info.dli_fbase));
}
