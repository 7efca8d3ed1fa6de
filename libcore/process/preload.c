/* SPDX-License-Identifier: MIT */
/*
 * LD_PRELOAD in the environment of a program that has not begun.
 *
 * The kernel has put there, from the stack pointer upwards: argc, argv, NULL,
 * the environment, NULL, and the auxiliary vector (psABI, 3.4.1).  Programs
 * and libraries keep pointers into it, and go from one part to the next by the
 * NULLs.  So nothing is moved: an entry that the dynamic linker does not look
 * at points to our string for as long as the dynamic linker reads, and then
 * back to its own.
 *
 * Where there is no such entry, argc, argv and the environment move down by
 * two words, which the environment gets.  Afterwards these are its NULL and
 * half an entry of type AT_IGNORE, of which the old NULL is the other half:
 *
 *     argv… NULL env… [ours] [ours] NULL  auxv…
 *     argv… NULL env… NULL  AT_IGNORE 0   auxv…
 *
 * The string lies at the far end of the room that the kernel has made for the
 * stack, 128 KiB, where nobody comes by before it has been read.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/user.h>

#include "base/cleanup.h"
#include "ctester/agent_loading.h"
#include "ctester/maps.h"
#include "ctester/process.h"
#include "process/dynsym.h"
#include "process/preload.h"
#include "process/ptrace.h"
#include "process/reach.h"

enum {
	VECTOR_MAX = 64 << 20, /* bytes of argv and environment */
	VECTOR_STEP = 64 << 10,
	STACK_NEEDED = 32 << 10, /* for the dynamic linker to begin with */
	NAME_SIZE = 24,          /* of a variable's name, as far as we look */
	SHIFT_MAX = 64,          /* words that the vector may have moved by */
};

/* What the kernel has put onto the stack. */
struct vector {
	pid_t pid;
	uint64_t addr;
	struct ct_buffer words;
	uint64_t env;       /* index of its first word */
	uint64_t env_count; /* without the NULL */
};

static uint64_t word_at(const struct vector *vector, uint64_t i)
{
	uint64_t word;
	memcpy(&word, vector->words.data + i * 8, sizeof(word));
	return word;
}

/* Make sure that word i is there. */
static struct ct_error *need_word(struct vector *vector, uint64_t i)
{
	struct ct_buffer *words = &vector->words;
	while (words->size < (i + 1) * 8) {
		if (words->size > VECTOR_MAX)
			return ct_error_format(CT_ERROR_BAD_DATA,
					       "process %d: its environment "
					       "has no end",
					       (int)vector->pid);
		if (!ct_buffer_reserve(words, VECTOR_STEP))
			return &ct_enomem;
		size_t size =
		    ct_process_read(vector->pid, vector->addr + words->size,
				    words->data + words->size, VECTOR_STEP);
		if (size < 8)
			return ct_error_format(CT_ERROR_FAULT,
					       "process %d: its stack cannot "
					       "be read",
					       (int)vector->pid);
		words->size += size & ~(size_t)7;
	}
	return NULL;
}

static struct ct_error *read_vector(pid_t pid, uint64_t sp,
				    struct vector *vector)
{
	vector->pid = pid;
	vector->addr = sp;
	struct ct_error *err = need_word(vector, 0);
	if (err)
		return err;
	uint64_t argc = word_at(vector, 0);
	if (argc > VECTOR_MAX / 8)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "process %d: there are no arguments on "
				       "its stack",
				       (int)pid);
	vector->env = argc + 2;
	for (uint64_t i = vector->env;; i++) {
		err = need_word(vector, i);
		if (err)
			return err;
		if (!word_at(vector, i))
			return NULL;
		vector->env_count++;
	}
}

/* ---- which entry */

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/*
 * What dynamic linkers read is not to be hidden from them.  Of the others,
 * best those of which nobody would notice: GDB adds the first two.
 */
static int rank(const char *name)
{
	if (begins(name, "LD_") || begins(name, "GLIBC_TUNABLES") ||
	    begins(name, "MALLOC_"))
		return 0;
	if (begins(name, "LINES=") || begins(name, "COLUMNS="))
		return 3;
	return begins(name, "_=") || begins(name, "OLDPWD=") ? 2 : 1;
}

struct choice {
	uint64_t index; /* of the word; 0: none will do */
	bool is_users;  /* it is LD_PRELOAD already */
};

static struct choice choose_entry(const struct vector *vector)
{
	struct choice choice = {0};
	int best = 0;
	for (uint64_t i = 0; i < vector->env_count; i++) {
		char name[NAME_SIZE] = "";
		uint64_t index = vector->env + i;
		ct_process_read(vector->pid, word_at(vector, index), name,
				sizeof(name) - 1);
		/* Of two, dynamic linkers take the last. */
		if (begins(name, CT_PRELOAD_NAME)) {
			choice = (struct choice){index, true};
		} else if (!choice.is_users && rank(name) > best) {
			choice.index = index;
			best = rank(name);
		}
	}
	return choice;
}

/* ---- the stack */

/* Two words more at the end of the environment. */
static struct ct_error *make_entry(struct vector *vector, pid_t tid,
				   struct ct_preload *preload)
{
	uint64_t count = vector->env + vector->env_count;
	const uint64_t ours[2] = {preload->is, preload->is};
	struct user_regs_struct regs;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	regs.rsp -= sizeof(ours);
	err = ct_process_write(vector->pid, regs.rsp, vector->words.data,
			       count * 8);
	if (!err)
		err = ct_process_write(vector->pid, regs.rsp + count * 8, ours,
				       sizeof(ours));
	if (!err)
		err = ct_ptrace_set_regs(tid, &regs);
	preload->slot = regs.rsp + count * 8;
	preload->flags |= CT_PRELOAD_MOVED;
	return err;
}

static struct ct_error *put(struct vector *vector, pid_t tid,
			    const struct choice *choice,
			    const struct ct_buffer *text,
			    struct ct_preload *preload)
{
	struct ct_error *err =
	    ct_process_write(vector->pid, preload->is, text->data, text->size);
	if (err)
		return err;
	if (!choice->index)
		return make_entry(vector, tid, preload);
	preload->slot = vector->addr + choice->index * 8;
	preload->was = word_at(vector, choice->index);
	return ct_process_write_slot(vector->pid, preload->slot, preload->is);
}

static struct ct_error *find_room(const struct ct_maps *maps, pid_t pid,
				  uint64_t sp, size_t size, uint64_t *ret)
{
	const struct ct_map *map = ct_maps_find(maps, sp);
	if (!map || sp - map->start < size + STACK_NEEDED)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d has a stack with too little "
				       "room",
				       (int)pid);
	*ret = map->start;
	return NULL;
}

static struct ct_error *change(pid_t pid, pid_t tid, uint64_t sp,
			       const struct ct_maps *maps, const char *path,
			       struct ct_preload *preload)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	struct vector vector = {0};
	struct ct_error *err = read_vector(pid, sp, &vector);
	if (!err) {
		struct choice choice = choose_entry(&vector);
		uint64_t users =
		    choice.is_users ? word_at(&vector, choice.index) : 0;
		err = ct_preload_spell(pid, users, path, &text);
		if (!err)
			err = find_room(maps, pid, sp, text.size, &preload->is);
		preload->size = text.size;
		if (!err)
			err = put(&vector, tid, &choice, &text, preload);
	}
	ct_buffer_deinit(&vector.words);
	return err;
}

/* ---- the moment */

static bool is_first_instruction(pid_t pid, uint64_t pc,
				 const struct ct_auxv *auxv)
{
	Elf64_Ehdr ehdr;
	if (!auxv->interpreter)
		return pc == auxv->entry;
	return ct_process_read(pid, auxv->interpreter, &ehdr, sizeof(ehdr)) ==
		   sizeof(ehdr) &&
	       pc == auxv->interpreter + ehdr.e_entry;
}

bool ct_process_is_at_start(pid_t pid, pid_t tid)
{
	struct user_regs_struct regs;
	struct ct_auxv auxv;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (!err && regs.cs == CT_CS_64)
		err = ct_process_read_auxv(pid, &auxv);
	bool is_at_start = !err && regs.cs == CT_CS_64 &&
			   is_first_instruction(pid, regs.rip, &auxv);
	ct_error_destroy(err);
	return is_at_start;
}

static struct ct_error *refuse(pid_t pid, const char *reason)
{
	return ct_error_format(CT_ERROR_UNSUPPORTED, "process %d %s", (int)pid,
			       reason);
}

static struct ct_error *check(pid_t pid, const struct user_regs_struct *regs,
			      const struct ct_auxv *auxv, const char *path)
{
	if (regs->cs != CT_CS_64)
		return refuse(pid, "is a 32-bit program");
	if (!is_first_instruction(pid, regs->rip, auxv))
		return refuse(pid, "has begun to run: it is too late for "
				   "LD_PRELOAD");
	if (auxv->secure)
		return refuse(pid, "has the privileges of a setuid file: the "
				   "dynamic linker ignores LD_PRELOAD");
	if (path[0] != '/' || path[strcspn(path, " \t\n\v\f\r:;$")])
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%s: LD_PRELOAD has no way to spell "
				       "that path",
				       path);
	return NULL;
}

/*
 * The dynamic linker calls an empty function for debuggers to stop at: when it
 * begins to add libraries (glibc only), and when they are all there and
 * relocated, before their constructors run.
 */
static struct ct_error *find_moment(pid_t pid, const struct ct_maps *maps,
				    const struct ct_auxv *auxv,
				    struct ct_preload *preload)
{
	/* The program may be the dynamic linker: `ld.so ./prog`. */
	const struct ct_loaded *linker = ct_maps_find_loaded(
	    maps, auxv->interpreter ? auxv->interpreter : auxv->entry);
	if (linker) {
		struct ct_error *err = ct_process_find_export(
		    pid, linker, "_dl_debug_state", &preload->loaded);
		if (err)
			return err;
	}
	if (!auxv->interpreter)
		preload->flags |= CT_PRELOAD_BY_LINKER;
	if (!preload->loaded && !auxv->interpreter)
		return refuse(pid, "is linked statically: it has no dynamic "
				   "linker that could load the agent");
	if (!preload->loaded) {
		preload->loaded = auxv->entry;
		preload->flags |= CT_PRELOAD_AT_ENTRY;
	}
	return NULL;
}

static void cleanup_maps(struct ct_maps **maps)
{
	ct_maps_destroy(*maps);
}

struct ct_error *ct_preload_insert(pid_t pid, pid_t tid, const char *path,
				   struct ct_preload *ret)
{
	struct user_regs_struct regs;
	struct ct_auxv auxv;
	struct stat file;
	struct ct_preload preload = {0};
	CT_CLEANUP(cleanup_maps) struct ct_maps *maps = NULL;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (!err)
		err = ct_process_read_auxv(pid, &auxv);
	if (!err)
		err = check(pid, &regs, &auxv, path);
	if (!err)
		err = ct_process_check_reach(pid, path, &file);
	if (!err)
		err = ct_maps_read(pid, &maps);
	if (!err)
		err = find_moment(pid, maps, &auxv, &preload);
	if (!err)
		err = change(pid, tid, regs.rsp, maps, path, &preload);
	if (err)
		return err;
	preload.dev = file.st_dev;
	preload.inode = file.st_ino;
	*ret = preload;
	return NULL;
}

/* ---- afterwards */

/* glibc's dynamic linker, when it is the program, takes its own arguments out
 * of the vector, and moves the rest down.  The first of ours; 0: there is
 * none. */
static uint64_t find_slot(pid_t pid, const struct ct_preload *preload)
{
	uint64_t words[SHIFT_MAX];
	uint64_t low = preload->slot - sizeof(words) + sizeof(*words);
	size_t size = ct_process_read(pid, low, words, sizeof(words));
	if (size != sizeof(words))
		return 0;
	for (size_t i = 0; i < SHIFT_MAX; i++)
		if (words[i] == preload->is)
			return low + i * sizeof(*words);
	return 0;
}

bool ct_preload_is_in(pid_t pid, const struct ct_preload *preload)
{
	return find_slot(pid, preload) != 0;
}

static struct ct_error *is_loaded(pid_t pid, const struct ct_preload *preload,
				  bool *ret)
{
	struct ct_maps *maps;
	struct ct_error *err = ct_maps_read(pid, &maps);
	if (err)
		return err;
	*ret = false;
	const struct ct_loaded *loaded;
	for (size_t i = 0; !*ret && (loaded = ct_maps_get_loaded(maps, i)); i++)
		*ret = loaded->dev == preload->dev &&
		       loaded->inode == preload->inode;
	ct_maps_destroy(maps);
	return NULL;
}

/* The stack below its pointer is zero in a program that has not been there. */
static struct ct_error *wipe(pid_t pid, const struct ct_preload *preload)
{
	CT_AUTO_FREE void *zeros = calloc(1, preload->size);
	if (!zeros)
		return &ct_enomem;
	return ct_process_write(pid, preload->is, zeros, preload->size);
}

static struct ct_error *put_back(pid_t pid, const struct ct_preload *preload)
{
	uint64_t slot = find_slot(pid, preload);
	struct ct_error *err;
	if (!slot)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "process %d has changed its environment "
				       "before it began",
				       (int)pid);
	const uint64_t nothing[2] = {0, AT_IGNORE};
	err = preload->flags & CT_PRELOAD_MOVED
		  ? ct_process_write(pid, slot, nothing, sizeof(nothing))
		  : ct_process_write_slot(pid, slot, preload->was);
	return err ? err : wipe(pid, preload);
}

struct ct_error *ct_preload_remove(pid_t pid, struct ct_preload *preload,
				   bool *ret_done)
{
	bool loaded;
	struct ct_error *err = is_loaded(pid, preload, &loaded);
	if (err)
		return err;
	preload->arrivals++;
	/* At the second time, loading has failed; at the third, when the
	 * dynamic linker has loaded the program itself. */
	if (!loaded &&
	    preload->arrivals <
		(preload->flags & CT_PRELOAD_BY_LINKER ? 3 : 2) &&
	    !(preload->flags & CT_PRELOAD_AT_ENTRY)) {
		*ret_done = false;
		return NULL;
	}
	err = put_back(pid, preload);
	if (!err)
		*ret_done = true;
	return err;
}
