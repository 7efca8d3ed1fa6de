/* SPDX-License-Identifier: MIT */
/*
 * getaddrinfo for what a method says in place of names.
 *
 * The real function makes the list, so that the real freeaddrinfo can free it,
 * and the program may keep it for as long as it wants: each name is replaced
 * by numbers, of which the real one asks nobody.  It makes one list of one
 * name.  Of several, the thread calls it again when it has come back, and the
 * lists are hung behind each other.
 */
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/stand_in.h"

enum {
	ENTRIES_MAX = 65536 /* of a list: the program's memory may be damaged */
};

struct ct_lookup {
	struct ct_lookup *next;
	pid_t tid;
	uint64_t entry_sp, site;
	uint64_t function;   /* where to enter it again; 0: it cannot be */
	struct ct_regs regs; /* as at the entry */
	struct addrinfo hints;
	bool has_service;
	const char *line; /* the next one */
	uint64_t list;    /* so far */
	char lines[];
};

void ct_lookups_destroy(struct ct_lookup *lookups)
{
	while (lookups) {
		struct ct_lookup *lookup = lookups;
		lookups = lookup->next;
		free(lookup);
	}
}

static struct ct_lookup **find(struct ct_session *session, pid_t tid,
			       uint64_t entry_sp)
{
	struct ct_lookup **at = &session->now->lookups;
	while (*at && ((*at)->tid != tid || (*at)->entry_sp != entry_sp))
		at = &(*at)->next;
	return at;
}

static void drop(struct ct_lookup **at)
{
	struct ct_lookup *lookup = *at;
	*at = lookup->next;
	free(lookup);
}

/* NODE<tab>SERVICE, both without their ends. */
static const char *read_line(const char *line, size_t *node, size_t *service)
{
	*node = strcspn(line, "\t\n");
	const char *at = line + *node;
	at += *at == '\t';
	*service = strcspn(at, "\n");
	return at;
}

/* What is in the program for one name, in one piece. */
struct request {
	struct addrinfo hints;
	char texts[];
};

/* Arguments for the next line. */
static struct ct_error *place(struct ct_session *session,
			      struct ct_lookup *lookup, struct ct_regs *regs)
{
	size_t node, service;
	const char *name = lookup->line;
	const char *port = read_line(name, &node, &service);
	size_t size = sizeof(struct request) + node + service + 2;
	CT_AUTO_FREE struct request *request = calloc(1, size);
	uint64_t at;
	if (!request)
		return &ct_enomem;
	request->hints = lookup->hints;
	/* With AI_ADDRCONFIG, it would depend on the machine. */
	request->hints.ai_flags &= ~AI_ADDRCONFIG;
	request->hints.ai_flags |=
	    AI_NUMERICHOST | (service ? AI_NUMERICSERV : 0);
	memcpy(request->texts, name, node);
	memcpy(request->texts + node + 1, port, service);
	struct ct_error *err =
	    ct_session_take_memory(session, lookup->tid, size, &at);
	if (!err)
		err = ct_process_write(session->now->pid, at, request, size);
	if (err)
		return err;
	uint64_t texts = at + offsetof(struct request, texts);
	if (node)
		regs->gpr[CT_REG_RDI] = texts;
	if (service)
		regs->gpr[CT_REG_RSI] = texts + node + 1;
	regs->gpr[CT_REG_RDX] = at;
	lookup->line = port + service + (port[service] == '\n');
	return NULL;
}

/* Behind the breakpoint; 0 when there is no such way. */
static uint64_t way_in(const struct ct_stand_in *call)
{
	if (call->place->pad_to)
		return call->place->pad_to;
	return ct_session_bypass(call->session, call->tid, call->place->addr);
}

/* getaddrinfo(3) says what NULL means. */
static struct ct_error *read_hints(const struct ct_stand_in *call,
				   struct addrinfo *ret)
{
	*ret = (struct addrinfo){.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
	return call->args[2]
		   ? ct_process_read_all(call->session->now->pid, call->args[2],
					 ret, sizeof(*ret))
		   : NULL;
}

void ct_session_leave_lookup(const struct ct_stand_in *call)
{
	struct ct_lookup **left =
	    find(call->session, call->tid, call->regs->gpr[CT_REG_RSP]);
	if (*left)
		drop(left);
}

struct ct_error *ct_session_look_up(const struct ct_stand_in *call,
				    const char *lines, struct ct_reply *ret)
{
	struct ct_session *session = call->session;
	size_t size = strlen(lines) + 1;
	struct ct_lookup *lookup = calloc(1, sizeof(*lookup) + size);
	if (!lookup)
		return &ct_enomem;
	memcpy(lookup->lines, lines, size);
	lookup->line = lookup->lines;
	lookup->tid = call->tid;
	lookup->entry_sp = call->regs->gpr[CT_REG_RSP];
	lookup->site = call->call->record->caller;
	lookup->function = way_in(call);
	lookup->regs = *call->regs;
	struct ct_regs regs = *call->regs;
	struct ct_error *err = read_hints(call, &lookup->hints);
	if (!err)
		err = place(session, lookup, &regs);
	if (err) {
		free(lookup);
		return err;
	}
	ret->replaced = 1 << 0 | 1 << 1 | 1 << 2;
	ret->args[0] = regs.gpr[CT_REG_RDI];
	ret->args[1] = regs.gpr[CT_REG_RSI];
	ret->args[2] = regs.gpr[CT_REG_RDX];
	lookup->next = session->now->lookups;
	session->now->lookups = lookup;
	return NULL;
}

/* Hang what came now behind what there is. */
static struct ct_error *join(struct ct_session *session,
			     struct ct_lookup *lookup)
{
	uint64_t list, at, next;
	uint64_t res = lookup->regs.gpr[CT_REG_RCX];
	pid_t pid = session->now->pid;
	struct ct_error *err = ct_process_read_slot(pid, res, &list);
	if (err || !lookup->list) {
		lookup->list = err ? 0 : list;
		return err;
	}
	at = lookup->list;
	for (int i = 0; !err && i < ENTRIES_MAX; i++) {
		uint64_t slot = at + offsetof(struct addrinfo, ai_next);
		err = ct_process_read_slot(pid, slot, &next);
		if (!err && !next)
			return ct_process_write_slot(pid, slot, list);
		at = next;
	}
	return err;
}

/* Send the thread into the function again. */
static struct ct_error *call_again(struct ct_session *session,
				   struct ct_lookup *lookup,
				   struct ct_regs *regs)
{
	struct ct_regs again = lookup->regs;
	struct ct_error *err = place(session, lookup, &again);
	if (!err)
		err = ct_process_write_slot(session->now->pid, lookup->entry_sp,
					    lookup->site);
	if (err)
		return err;
	static const enum ct_reg changed[] = {CT_REG_RDI, CT_REG_RSI,
					      CT_REG_RDX, CT_REG_RCX};
	for (size_t i = 0; i < sizeof(changed) / sizeof(*changed); i++)
		regs->gpr[changed[i]] = again.gpr[changed[i]];
	regs->gpr[CT_REG_RSP] = lookup->entry_sp;
	regs->gpr[CT_REG_RIP] = lookup->function;
	return NULL;
}

/* All is looked up: the program gets the whole list.  A name that could not
 * be is left out, unless there is no other. */
static struct ct_error *finish(struct ct_session *session,
			       const struct ct_lookup *lookup, pid_t tid,
			       struct ct_regs *regs)
{
	if (!lookup->list)
		return NULL;
	regs->gpr[CT_REG_RAX] = 0;
	/* *res is the last one's. */
	struct ct_error *err = ct_process_write_slot(
	    session->now->pid, lookup->regs.gpr[CT_REG_RCX], lookup->list);
	return err ? err : ct_process_write_regs(tid, regs);
}

bool ct_session_look_on(struct ct_session *session, uint64_t site, pid_t tid,
			struct ct_regs *regs, struct ct_answer *answer)
{
	struct ct_lookup **at =
	    find(session, tid, regs->gpr[CT_REG_RSP] - sizeof(uint64_t));
	struct ct_lookup *lookup = *at;
	struct ct_error *err = NULL;
	if (!lookup || lookup->site != site)
		return false;
	if (!(int32_t)regs->gpr[CT_REG_RAX])
		err = join(session, lookup);
	bool again = !err && *lookup->line && lookup->function;
	if (again)
		err = call_again(session, lookup, regs);
	else if (!err)
		err = finish(session, lookup, tid, regs);
	ct_session_trouble(session, err);
	if (again && !err)
		return true;
	answer->actions |= CT_ANSWER_MOVED;
	drop(at);
	return false;
}
