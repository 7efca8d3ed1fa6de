/* SPDX-License-Identifier: MIT */
/*
 * What read, recv and recvfrom of the program get in place of data, by the
 * rules that shared/read_chunks.h has for C tests, too.
 *
 * All of a call is computed at its entry; if it has to wait, the thread does
 * that on its way back (detour.c).  So its state runs ahead of the clock, and
 * what another thread reads meanwhile comes behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "session/stand_in.h"
#include "shared/read_chunks.h"

struct ct_read_entry {
	struct ct_read_entry *next;
	int fd;
	bool begun;     /* its time runs */
	int64_t set_at; /* CLOCK_MONOTONIC */
	struct ct_read_state state;
	struct read_buffer_t buf;
	struct read_bufchunk_t *chunks;
	char *data;
};

static struct ct_read_entry *find(const struct ct_session *session, int fd)
{
	struct ct_read_entry *entry = session->read_buffers;
	while (entry && entry->fd != fd)
		entry = entry->next;
	return entry;
}

static void destroy(struct ct_read_entry *entry)
{
	if (!entry)
		return;
	free(entry->chunks);
	free(entry->data);
	free(entry);
}

static bool take_away(struct ct_session *session, int fd)
{
	struct ct_read_entry **at = &session->read_buffers;
	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	struct ct_read_entry *entry = *at;
	if (!entry)
		return false;
	*at = entry->next;
	destroy(entry);
	return true;
}

void ct_session_clear_read_buffers(struct ct_session *session)
{
	while (session->read_buffers)
		take_away(session, session->read_buffers->fd);
}

static bool fill(struct ct_read_entry *entry, const struct ct_read_data *data)
{
	uint64_t total = 0;
	for (size_t i = 0; i < data->count; i++)
		total += data->sizes[i];
	entry->data = malloc(total + 1);
	entry->chunks = calloc(data->count + 1, sizeof(*entry->chunks));
	if (!entry->data || !entry->chunks)
		return false;
	if (total)
		memcpy(entry->data, data->data, total);
	const char *at = entry->data;
	for (size_t i = 0; i < data->count; i++) {
		entry->chunks[i] = (struct read_bufchunk_t){data->intervals[i],
							    at, data->sizes[i]};
		at += data->sizes[i];
	}
	entry->buf =
	    (struct read_buffer_t){data->mode, data->count, entry->chunks};
	return true;
}

struct ct_error *ct_session_set_read_buffer(struct ct_session *session, int fd,
					    const struct ct_read_data *data,
					    bool *had)
{
	if (!data) {
		*had = take_away(session, fd);
		return NULL;
	}
	struct ct_read_entry *entry = calloc(1, sizeof(*entry));
	if (!entry || !fill(entry, data)) {
		destroy(entry);
		return &ct_enomem;
	}
	if (!ct_read_is_usable(&entry->buf)) {
		destroy(entry);
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%d is no mode of a read buffer",
				       data->mode);
	}
	*had = take_away(session, fd);
	entry->fd = fd;
	entry->set_at = (int64_t)ct_monotonic_ns();
	entry->next = session->read_buffers;
	session->read_buffers = entry;
	return NULL;
}

bool ct_session_read_progress(const struct ct_session *session, int fd,
			      uint64_t *bytes, uint64_t *chunk)
{
	const struct ct_read_entry *entry = find(session, fd);
	if (!entry)
		return false;
	*bytes = entry->state.total;
	*chunk = entry->state.chunk;
	return true;
}

/* ---- a call */

/* O_NONBLOCK, as proc(5) tells it.  What is no descriptor may wait. */
static bool may_wait(const struct ct_session *session, int fd, int flags)
{
	char path[64];
	unsigned int status = 0;
	if (flags & MSG_DONTWAIT)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", session->now->pid,
		 fd);
	FILE *file = fopen(path, "re");
	if (!file)
		return true;
	bool told = fscanf(file, "pos: %*s flags: %o", &status) == 1;
	fclose(file);
	return !told || !(status & O_NONBLOCK);
}

/* Its time runs from the sandbox's opening on, if it was set before that. */
static void begin(const struct ct_session *session, struct ct_read_entry *entry)
{
	int64_t from = entry->set_at, opened = (int64_t)session->opened_ns;
	if (entry->begun)
		return;
	entry->begun = true;
	if (from < (int64_t)session->started_ns)
		from = (int64_t)session->started_ns;
	entry->state =
	    ct_read_begin(&entry->buf, from < opened ? opened : from);
}

/* How much a call can get: that much room is needed. */
static size_t most_of(const struct ct_read_entry *entry, uint64_t wanted)
{
	size_t left = 0;
	for (size_t i = entry->state.chunk; i < entry->buf.nchunks; i++)
		left += entry->chunks[i].buflen;
	return wanted < left ? wanted : left;
}

/* Run the call through, as if it waited where it has to. */
static bool run(struct ct_read_call *call, uint64_t *waited)
{
	int64_t left = 0;
	for (;;) {
		enum ct_read_step step = ct_read_advance(call, &left);
		if (step != CT_READ_WAIT)
			return step == CT_READ_DONE;
		*waited += (uint64_t)left;
		call->now += left;
		ct_read_note_waited(&call->state, call->state.chunk);
	}
}

static void fail(struct ct_reply *ret, int code)
{
	ret->result = (uint64_t)-1;
	ret->set_errno = true;
	ret->errno_value = code;
	ret->delay_ns = 0;
}

static struct ct_error *read_entry(const struct ct_stand_in *call,
				   struct ct_read_entry *entry, int flags,
				   struct ct_reply *ret)
{
	struct ct_session *session = call->session;
	size_t wanted = call->args[2] > SSIZE_MAX ? SSIZE_MAX : call->args[2];
	begin(session, entry);
	/* One byte more: a call that got all it can would not end. */
	CT_AUTO_FREE char *bytes = malloc(most_of(entry, wanted) + 1);
	if (!bytes)
		return &ct_enomem;
	struct ct_read_call read = {
	    .buf = &entry->buf,
	    .to = bytes,
	    .wanted = wanted,
	    .flags = flags,
	    .may_wait = may_wait(session, entry->fd, flags),
	    .now = (int64_t)ct_monotonic_ns(),
	    .state = entry->state,
	};
	ret->returns = true;
	if (!call->args[1] && wanted && !ct_read_is_exhausted(&read)) {
		fail(ret, EFAULT);
		return NULL;
	}
	if (!run(&read, &ret->delay_ns)) {
		fail(ret, EAGAIN);
		return NULL;
	}
	struct ct_error *err =
	    read.taken ? ct_process_write(session->now->pid, call->args[1],
					  bytes, read.taken)
		       : NULL;
	if (err) {
		ct_error_destroy(err);
		fail(ret, EFAULT);
		return NULL;
	}
	ct_read_settle(&read, &entry->state);
	ret->result = read.taken;
	return NULL;
}

/* A system call that the thread makes; a refusal is -1. */
static struct ct_error *ask_kernel(const struct ct_stand_in *call, long nr,
				   const uint64_t args[6], int64_t *ret)
{
	return ct_process_syscall(call->session->now->pid, call->tid, nr, args,
				  ret);
}

static struct ct_error *find_type(const struct ct_stand_in *call, int *type)
{
	struct ct_session *session = call->session;
	const int room[2] = {0, sizeof(int)};
	int64_t refused = 0;
	struct ct_error *err = NULL;
	*type = 0;
	if (!session->now->scratch)
		err = ct_session_take_memory(session, call->tid, sizeof(room),
					     &session->now->scratch);
	uint64_t at = session->now->scratch;
	if (!err)
		err =
		    ct_process_write(session->now->pid, at, room, sizeof(room));
	const uint64_t args[6] = {call->args[0], SOL_SOCKET, SO_TYPE, at,
				  at + sizeof(int)};
	if (!err)
		err = ask_kernel(call, SYS_getsockopt, args, &refused);
	if (!err && !refused)
		err = ct_process_read_all(session->now->pid, at, type,
					  sizeof(*type));
	return err;
}

/*
 * The peer that the socket is connected to, if it is one of datagrams.  Of
 * streams, Linux tells no address either.
 */
static struct ct_error *tell_peer(const struct ct_stand_in *call, uint64_t addr,
				  uint64_t length)
{
	const socklen_t none = 0;
	const uint64_t args[6] = {call->args[0], addr, length};
	int type;
	int64_t refused = -1;
	struct ct_error *err = find_type(call, &type);
	if (!err && type == SOCK_DGRAM)
		err = ask_kernel(call, SYS_getpeername, args, &refused);
	if (err || !refused)
		return err;
	return ct_process_write(call->session->now->pid, length, &none,
				sizeof(none));
}

/* Where the source's address goes; its length's place may be on the stack. */
static struct ct_error *find_source(const struct ct_stand_in *call,
				    uint64_t *addr, uint64_t *length)
{
	*addr = call->args[call->is_checked ? 5 : 4];
	*length = call->args[5];
	return call->is_checked
		   ? ct_process_read_slot(call->session->now->pid,
					  call->regs->gpr[CT_REG_RSP] + 8,
					  length)
		   : NULL;
}

struct ct_error *ct_session_read_buffered(const struct ct_stand_in *call,
					  enum ct_reader reader,
					  struct ct_reply *ret)
{
	struct ct_read_entry *entry = find(call->session, (int)call->args[0]);
	int flags = 0;
	uint64_t addr, length;
	if (!entry)
		return NULL;
	if (reader != CT_READER_READ)
		flags = (int)call->args[call->is_checked ? 4 : 3];
	/* Out-of-band data and queued errors are not of the stream. */
	if (flags & (MSG_OOB | MSG_ERRQUEUE))
		return NULL;
	struct ct_error *err = read_entry(call, entry, flags, ret);
	if (err || reader != CT_READER_RECVFROM || ret->set_errno)
		return err;
	err = find_source(call, &addr, &length);
	return err || !addr || !length ? err : tell_peer(call, addr, length);
}
