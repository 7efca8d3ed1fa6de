/* SPDX-License-Identifier: MIT */
#include "process/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/ptrace.h"

static struct ct_error *read_named(pid_t id, const char *name,
				   struct ct_buffer *buffer)
{
	struct ct_error *err = ct_proc_read(id, name, buffer);
	if (err)
		return err;
	ct_buffer_putc(buffer, '\0');
	return ct_buffer_failed(buffer) ? &ct_enomem : NULL;
}

struct ct_error *ct_status_read(pid_t id, struct ct_buffer *buffer)
{
	return read_named(id, "status", buffer);
}

struct ct_error *ct_status_read_thread(pid_t pid, pid_t tid,
				       struct ct_buffer *buffer)
{
	char name[32];
	snprintf(name, sizeof(name), "task/%d/status", (int)tid);
	return read_named(pid, name, buffer);
}

/* The program's name, in the first line, has no newline in it. */
const char *ct_status_find(const struct ct_buffer *status, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = status->data; line;) {
		if (!strncmp(line, name, length) && line[length] == ':')
			return line + length + 1 +
			       strspn(line + length + 1, " \t");
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

struct ct_error *ct_process_find_pid(pid_t tid, pid_t *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(tid, &status);
	if (err)
		return err;
	const char *group = ct_status_find(&status, "Tgid");
	if (!group)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "/proc/%d/status: no Tgid", (int)tid);
	*ret = atoi(group);
	return NULL;
}

struct ct_error *ct_process_read_own_pid(pid_t pid, pid_t *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(pid, &status);
	if (err)
		return err;
	/* One number for each namespace, the innermost last. */
	const char *at = ct_status_find(&status, "NSpid");
	*ret = pid;
	while (at && *at >= '0' && *at <= '9') {
		*ret = atoi(at);
		at += strspn(at, "0123456789");
		at += *at == '\t';
	}
	return NULL;
}
