/* SPDX-License-Identifier: MIT */
/*
 * Libraries that are mocked and do not exist: what dlopen opens instead.
 *
 * A library that the loader finds is none of our business, and only the loader
 * knows which it finds.  So the call of dlopen is let go, and when it has
 * returned NULL, the thread is sent into it a second time, with the same
 * return address (by which dlopen knows its caller's RUNPATH) and the path of
 * what there is to give.  That second return is the program's.
 */
#include <dlfcn.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/image.h"
#include "session/stubs.h"

/* A thread in dlopen. */
struct open {
	struct open *next;
	pid_t pid, tid;
	uint64_t entry;
	uint64_t entry_sp;
	uint64_t return_address;
	uint64_t flags;
	char *path;
	bool again; /* it was sent there by us */
};

/* A path in the memory of a process: the loader may keep a pointer to it. */
struct written {
	struct written *next;
	pid_t pid;
	uint64_t addr;
	char *path;
};

struct ct_opens {
	struct open *list;
	struct written *written;
};

static void drop(struct open **at)
{
	struct open *open = *at;
	*at = open->next;
	free(open->path);
	free(open);
}

/* Forget opens of a thread that were left by longjmp: they lie below `sp`. */
static void drop_left(struct ct_opens *opens, pid_t tid, uint64_t sp)
{
	for (struct open **at = &opens->list; *at;)
		if ((*at)->tid == tid && (*at)->entry_sp <= sp)
			drop(at);
		else
			at = &(*at)->next;
}

void ct_session_forget_opens(struct ct_session *session)
{
	struct ct_opens *opens = session->opens;
	pid_t pid = session->now->pid;
	if (!opens)
		return;
	for (struct open **at = &opens->list; *at;)
		if ((*at)->pid == pid)
			drop(at);
		else
			at = &(*at)->next;
	for (struct written **at = &opens->written; *at;) {
		struct written *written = *at;
		if (written->pid != pid) {
			at = &written->next;
			continue;
		}
		*at = written->next;
		free(written->path);
		free(written);
	}
	if (!opens->list && !opens->written)
		free(ct_take(session->opens));
}

static struct ct_error *plant_in(struct ct_session *session,
				 const struct ct_module *module)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, "dlopen", &count, &symbols);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (!symbols[i]->is_defined || !symbols[i]->is_dynamic ||
		    symbols[i]->kind == CT_SYMBOL_OBJECT)
			continue;
		struct ct_place_entry *place = ct_session_get_place(
		    session, symbols[i]->addr + module->bias);
		if (!place)
			return &ct_enomem;
		place->is_open = true;
	}
	return NULL;
}

/* Who comes by a pad goes on at the function itself, where its breakpoint is
 * stepped over. */
static void mark_pads(struct ct_session *session)
{
	struct ct_place_entry *place = session->now->places;
	for (; place; place = place->hh.next) {
		struct ct_place_entry *real = NULL;
		if (place->pad_to)
			HASH_FIND(hh, session->now->places, &place->pad_to,
				  sizeof(place->pad_to), real);
		if (real && real->is_open)
			place->is_open = true;
	}
}

struct ct_error *ct_session_plant_opens(struct ct_session *session)
{
	struct ct_module *module;
	if (!ct_session_has_gifts(session))
		return NULL;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped && !module->is_loader)
			ct_session_trouble(session, plant_in(session, module));
	mark_pads(session);
	return NULL;
}

/* The path that dlopen was given; false for NULL and what is no path. */
static bool read_path(pid_t pid, uint64_t addr, char ret[PATH_MAX])
{
	size_t size = addr ? ct_process_read(pid, addr, ret, PATH_MAX) : 0;
	return size && *ret && memchr(ret, 0, size);
}

static uint64_t entry_of(const struct ct_session *session, uint64_t addr)
{
	struct ct_place_entry *place;
	HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
	return place && place->pad_to ? place->pad_to : addr;
}

/* True when the thread is there because we have sent it. */
static bool is_sent(const struct ct_opens *opens, pid_t tid, uint64_t sp)
{
	const struct open *open = opens->list;
	while (open && (open->tid != tid || open->entry_sp != sp))
		open = open->next;
	return open && open->again;
}

void ct_session_note_open(struct ct_session *session, pid_t tid,
			  const struct ct_regs *regs, struct ct_answer *answer)
{
	char path[PATH_MAX];
	uint64_t sp = regs->gpr[CT_REG_RSP], return_address;
	pid_t pid = session->now->pid;
	if (session->opens && is_sent(session->opens, tid, sp))
		return;
	if (session->opens)
		drop_left(session->opens, tid, sp);
	if (!read_path(pid, regs->gpr[CT_REG_RDI], path) ||
	    !ct_session_may_mean(session, path) ||
	    ct_process_read(pid, sp, &return_address, sizeof(return_address)) !=
		sizeof(return_address))
		return;
	if (!session->opens)
		session->opens = calloc(1, sizeof(*session->opens));
	struct open *open = calloc(1, sizeof(*open));
	char *copy = strdup(path);
	if (!session->opens || !open || !copy) {
		free(open);
		free(copy);
		ct_session_trouble(session, &ct_enomem);
		return;
	}
	*open = (struct open){
	    .next = session->opens->list,
	    .pid = pid,
	    .tid = tid,
	    .entry = entry_of(session, regs->gpr[CT_REG_RIP]),
	    .entry_sp = sp,
	    .return_address = return_address,
	    .flags = regs->gpr[CT_REG_RSI],
	    .path = copy,
	};
	session->opens->list = open;
	answer->actions |= CT_ANSWER_RETURN_SITE;
	answer->return_site = return_address;
}

/* The address of a path in the program. */
static struct ct_error *write_path(struct ct_session *session, pid_t tid,
				   const char *path, uint64_t *ret)
{
	struct written *written = session->opens->written;
	pid_t pid = session->now->pid;
	while (written && (written->pid != pid || strcmp(written->path, path)))
		written = written->next;
	if (written) {
		*ret = written->addr;
		return NULL;
	}
	size_t size = strlen(path) + 1;
	uint64_t addr;
	struct ct_error *err =
	    ct_session_take_memory(session, tid, size, &addr);
	if (!err)
		err = ct_process_write(pid, addr, path, size);
	if (err)
		return err;
	CT_AUTO_FREE char *copy = strdup(path);
	written = calloc(1, sizeof(*written));
	if (!copy || !written) {
		free(written);
		return &ct_enomem;
	}
	*written =
	    (struct written){session->opens->written, pid, addr, ct_take(copy)};
	session->opens->written = written;
	*ret = addr;
	return NULL;
}

/* Make regs those of a thread that has just called dlopen. */
static struct ct_error *call_again(struct ct_session *session,
				   const struct open *open, const char *path,
				   struct ct_regs *regs)
{
	uint64_t addr;
	struct ct_error *err = write_path(session, open->tid, path, &addr);
	if (!err)
		err = ct_process_write(open->pid, open->entry_sp,
				       &open->return_address,
				       sizeof(open->return_address));
	if (err)
		return err;
	uint64_t copy = ct_session_bypass(session, open->tid, open->entry);
	regs->gpr[CT_REG_RIP] = copy ? copy : open->entry;
	regs->gpr[CT_REG_RSP] = open->entry_sp;
	regs->gpr[CT_REG_RDI] = addr;
	regs->gpr[CT_REG_RSI] = open->flags;
	return NULL;
}

static struct ct_error *try_again(struct ct_session *session, struct open *open,
				  struct ct_regs *regs)
{
	CT_AUTO_FREE char *path = NULL;
	struct ct_error *err = ct_session_find_gift(
	    session, open->path, open->flags & RTLD_NOLOAD, &path);
	if (err || !path || !strcmp(path, open->path))
		return err;
	err = call_again(session, open, path, regs);
	open->again = !err;
	return err;
}

bool ct_session_retry_open(struct ct_session *session, uint64_t site, pid_t tid,
			   struct ct_regs *regs)
{
	struct open **at = session->opens ? &session->opens->list : NULL;
	for (; at && *at; at = &(*at)->next)
		if ((*at)->tid == tid && (*at)->return_address == site &&
		    (*at)->entry_sp + 8 == regs->gpr[CT_REG_RSP])
			break;
	if (!at || !*at)
		return false;
	struct open *open = *at;
	bool failed = !regs->gpr[CT_REG_RAX];
	if (failed && !open->again) {
		ct_session_trouble(session, try_again(session, open, regs));
		if (open->again)
			return true;
	} else if (failed && !(open->flags & RTLD_NOLOAD)) {
		ct_session_trouble(
		    session,
		    ct_error_format(CT_ERROR_UNSUPPORTED,
				    "%s: the program cannot open what stands "
				    "in for it; dlerror() says why",
				    open->path));
	}
	drop(at);
	return false;
}
