/* SPDX-License-Identifier: MIT */
/* The memory map of a child, against dl_iterate_phdr(), dladdr() and what the
 * test has mapped before it forked. */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "ctester/maps.h"
#include "ctester/process.h"
#include "tracee.h"

#define PAGE 4096

static int body_nothing(void)
{
	return 0;
}

static void every_address_has_its_kind_and_protection(void **state)
{
	(void)state;
	char on_stack = 0;
	char *on_heap = sbrk(PAGE); /* malloc() may be a sanitizer's */
	char *anonymous =
	    mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	const struct {
		uint64_t addr;
		enum ct_map_kind kind;
		int prot;
		bool shared;
	} rows[] = {
	    {(uintptr_t)&on_stack, CT_MAP_STACK, PROT_READ | PROT_WRITE, false},
	    {(uintptr_t)on_heap, CT_MAP_HEAP, PROT_READ | PROT_WRITE, false},
	    {(uintptr_t)body_nothing, CT_MAP_FILE, PROT_READ | PROT_EXEC,
	     false},
	    {getauxval(AT_SYSINFO_EHDR), CT_MAP_VDSO, PROT_READ | PROT_EXEC,
	     false},
	    /* A shared anonymous mapping is a deleted file to the kernel. */
	    {(uintptr_t)anonymous, CT_MAP_FILE, PROT_READ, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct ct_map *map = ct_maps_find(maps, rows[i].addr);
		assert_non_null(map);
		assert_int_equal(map->kind, rows[i].kind);
		assert_int_equal(map->prot, rows[i].prot);
		assert_int_equal(map->shared, rows[i].shared);
		assert_true(map->start <= rows[i].addr);
		assert_true(map->end > rows[i].addr);
	}
	assert_true(ct_maps_find(maps, (uintptr_t)anonymous)->deleted);
	assert_null(ct_maps_find(maps, 0));
	assert_null(ct_maps_find(maps, UINT64_MAX));
	ct_maps_destroy(maps);
	ct_maps_destroy(NULL);
	munmap(anonymous, PAGE);
	tracee_kill(pid);
}

static void mappings_are_sorted_and_their_borders_exact(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	const struct ct_map *map;
	uint64_t end = 0;
	size_t count = 0;
	for (; (map = ct_maps_get(maps, count)); count++) {
		assert_true(map->start >= end);
		assert_ptr_equal(ct_maps_find(maps, map->start), map);
		assert_ptr_equal(ct_maps_find(maps, map->end - 1), map);
		assert_ptr_not_equal(ct_maps_find(maps, map->end), map);
		end = map->end;
	}
	assert_true(count > 10);
	ct_maps_destroy(maps);
	tracee_kill(pid);
}

struct phdr_walk {
	const struct ct_maps *maps;
	int count;
};

static int check_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	struct phdr_walk *walk = arg;
	const struct ct_loaded *loaded =
	    ct_maps_find_loaded(walk->maps, (uintptr_t)info->dlpi_phdr);
	assert_non_null(loaded);
	assert_int_equal(loaded->bias, info->dlpi_addr);
	struct stat file, named;
	if (info->dlpi_name[0] == '/') {
		assert_int_equal(stat(info->dlpi_name, &file), 0);
		assert_int_equal(stat(loaded->path, &named), 0);
		assert_int_equal(file.st_ino, named.st_ino);
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];
		uint64_t last = info->dlpi_addr + phdr->p_vaddr + phdr->p_memsz;
		if (phdr->p_type == PT_LOAD)
			assert_true(last <= loaded->end);
	}
	walk->count++;
	return 0;
}

static void loaded_files_are_those_of_the_dynamic_linker(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	struct phdr_walk walk = {.maps = maps};
	dl_iterate_phdr(check_object, &walk);
	int count = 0;
	while (ct_maps_get_loaded(maps, (size_t)count))
		count++;
	assert_int_equal(count, walk.count);

	const struct ct_loaded *vdso =
	    ct_maps_find_loaded(maps, getauxval(AT_SYSINFO_EHDR));
	assert_non_null(vdso);
	assert_true(vdso->vdso);
	assert_string_equal(vdso->path, "[vdso]");
	assert_int_equal(vdso->start, getauxval(AT_SYSINFO_EHDR));
	assert_null(ct_maps_find_loaded(maps, (uintptr_t)&count));
	ct_maps_destroy(maps);
	tracee_kill(pid);
}

/*
 * An ELF file of two segments, linked for 0x10000 and with a hole between
 * them, mapped as ld.so would: its headers, a page of nothing, its code.
 */
struct image {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[2];
};

#define LINKED_AT 0x10000

static struct image make_image(void)
{
	struct image image = {
	    .ehdr = {.e_type = ET_EXEC,
		     .e_machine = EM_X86_64,
		     .e_phoff = offsetof(struct image, phdrs),
		     .e_phentsize = sizeof(Elf64_Phdr),
		     .e_phnum = 2},
	    .phdrs = {{.p_type = PT_LOAD,
		       .p_flags = PF_R,
		       .p_vaddr = LINKED_AT,
		       .p_memsz = sizeof(struct image)},
		      {.p_type = PT_LOAD,
		       .p_flags = PF_R | PF_X,
		       .p_offset = PAGE,
		       .p_vaddr = LINKED_AT + 2 * PAGE + 0x20,
		       .p_memsz = 2 * PAGE}},
	};
	memcpy(image.ehdr.e_ident, ELFMAG, SELFMAG);
	image.ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	return image;
}

#define IMAGE_SIZE (6 * PAGE)

static char *map_image(const struct image *image)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 2 * PAGE), 0);
	assert_int_equal(write(fd, image, sizeof(*image)), sizeof(*image));
	char *at = mmap(NULL, IMAGE_SIZE, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	mmap(at, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	mmap(at + 2 * PAGE, PAGE, PROT_READ | PROT_EXEC,
	     MAP_PRIVATE | MAP_FIXED, fd, PAGE);
	close(fd);
	return at;
}

static void bias_is_from_where_the_file_was_linked(void **state)
{
	(void)state;
	struct image image = make_image();
	char *at = map_image(&image);
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	const struct ct_loaded *loaded =
	    ct_maps_find_loaded(maps, (uintptr_t)at + 2 * PAGE);
	assert_non_null(loaded);
	assert_int_equal(loaded->start, (uintptr_t)at);
	assert_int_equal(loaded->bias, (uintptr_t)at - LINKED_AT);
	assert_int_equal(loaded->end, (uintptr_t)at + 5 * PAGE);
	assert_string_equal(loaded->path, "/memfd:image");
	assert_true(loaded->deleted);
	ct_maps_destroy(maps);
	munmap(at, IMAGE_SIZE);
	tracee_kill(pid);
}

static void damaged_headers_are_no_loaded_file(void **state)
{
	(void)state;
	struct image images[8];
	for (int i = 0; i < 8; i++)
		images[i] = make_image();
	images[0].ehdr.e_phnum = 0xffff;
	images[1].ehdr.e_phoff = UINT64_MAX - 8;
	images[2].ehdr.e_ident[EI_CLASS] = ELFCLASS32;
	images[3].ehdr.e_machine = EM_AARCH64;
	images[4].phdrs[0].p_offset = 16 * PAGE; /* no headers mapped */
	images[5].phdrs[1].p_flags = PF_R;       /* no code */
	images[6].phdrs[1].p_vaddr = UINT64_MAX; /* code is elsewhere */
	images[7].phdrs[1].p_vaddr -= 2 * PAGE;  /* not executable there */
	char *at[8];
	for (int i = 0; i < 8; i++)
		at[i] = map_image(&images[i]);
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	for (int i = 0; i < 8; i++) {
		if (ct_maps_find_loaded(maps, (uintptr_t)at[i]))
			fail_msg("image %d is taken for a loaded file", i);
		munmap(at[i], IMAGE_SIZE);
	}
	ct_maps_destroy(maps);
	tracee_kill(pid);
}

static size_t count_named(const struct ct_maps *maps, const char *path)
{
	size_t count = 0;
	const struct ct_loaded *loaded;
	for (size_t i = 0; (loaded = ct_maps_get_loaded(maps, i)); i++)
		count += strcmp(loaded->path, path) == 0;
	return count;
}

static void file_that_is_only_read_is_not_loaded(void **state)
{
	(void)state;
	char self[PAGE] = "";
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	int fd = open(self, O_RDONLY);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	size_t size = (size_t)st.st_size;
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(data, MAP_FAILED);
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps;
	assert_ok(ct_maps_read(pid, &maps));
	assert_int_equal(count_named(maps, self), 1);
	assert_null(ct_maps_find_loaded(maps, (uintptr_t)data));
	assert_non_null(ct_maps_find_loaded(maps, (uintptr_t)body_nothing));
	ct_maps_destroy(maps);
	munmap(data, size);
	close(fd);
	tracee_kill(pid);
}

static void deleted_file_keeps_its_name(void **state)
{
	(void)state;
	char path[] = "/tmp/ctester maps\nXXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	void *data = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(data, MAP_FAILED);
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps = NULL;
	bool changed;
	assert_ok(ct_maps_read(pid, &maps));
	const struct ct_map *map = ct_maps_find(maps, (uintptr_t)data);
	assert_string_equal(map->path, path);
	assert_false(map->deleted);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(map->inode, st.st_ino);

	unlink(path);
	assert_ok(ct_maps_refresh(pid, &maps, &changed));
	assert_false(changed);
	map = ct_maps_find(maps, (uintptr_t)data);
	assert_string_equal(map->path, path);
	assert_true(map->deleted);
	ct_maps_destroy(maps);
	munmap(data, PAGE);
	close(fd);
	tracee_kill(pid);
}

static void refresh_says_when_a_library_went(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	struct ct_maps *maps = NULL;
	bool changed = false;
	assert_ok(ct_maps_refresh(pid, &maps, &changed));
	assert_true(changed);
	const struct ct_map *kept = ct_maps_get(maps, 0);
	assert_ok(ct_maps_refresh(pid, &maps, &changed));
	assert_false(changed);
	assert_ptr_equal(ct_maps_get(maps, 0), kept);

	/* Memory comes: another map, the same files. */
	const uint64_t more[6] = {0, PAGE, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1};
	int64_t result;
	assert_ok(ct_process_syscall(pid, pid, SYS_mmap, more, &result));
	assert_ok(ct_maps_refresh(pid, &maps, &changed));
	assert_false(changed);
	assert_non_null(ct_maps_find(maps, (uint64_t)result));

	const struct ct_loaded *cmocka =
	    ct_maps_find_loaded(maps, (uintptr_t)_cmocka_run_group_tests);
	assert_non_null(cmocka);
	const uint64_t gone[6] = {cmocka->start, cmocka->end - cmocka->start};
	assert_ok(ct_process_syscall(pid, pid, SYS_munmap, gone, &result));
	assert_int_equal(result, 0);
	assert_ok(ct_maps_refresh(pid, &maps, &changed));
	assert_true(changed);
	assert_null(ct_maps_find_loaded(maps, gone[0]));
	ct_maps_destroy(maps);
	tracee_kill(pid);
}

static void process_that_is_gone_is_an_error(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	tracee_kill(pid);
	char name[32];
	snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
	struct ct_maps *maps;
	assert_refused(ct_maps_read(pid, &maps), CT_ERROR_OS, name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_address_has_its_kind_and_protection),
	    cmocka_unit_test(mappings_are_sorted_and_their_borders_exact),
	    cmocka_unit_test(loaded_files_are_those_of_the_dynamic_linker),
	    cmocka_unit_test(bias_is_from_where_the_file_was_linked),
	    cmocka_unit_test(damaged_headers_are_no_loaded_file),
	    cmocka_unit_test(file_that_is_only_read_is_not_loaded),
	    cmocka_unit_test(deleted_file_keeps_its_name),
	    cmocka_unit_test(refresh_says_when_a_library_went),
	    cmocka_unit_test(process_that_is_gone_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
