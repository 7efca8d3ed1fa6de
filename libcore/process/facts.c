/* SPDX-License-Identifier: MIT */
/* Small facts from /proc/PID: proc(5) has the formats. */
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/ptrace.h"

#define NS_PER_S UINT64_C(1000000000)

struct ct_error *ct_proc_read(pid_t id, const char *name,
			      struct ct_buffer *buffer)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)id, name);
	CT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	for (;;) {
		if (!ct_buffer_reserve(buffer, CT_PAGE_SIZE))
			return &ct_enomem;
		ssize_t got = read(fd, buffer->data + buffer->size,
				   buffer->capacity - buffer->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ct_error_format(CT_ERROR_OS, "%s: %m", path);
		if (got == 0)
			return NULL;
		buffer->size += (size_t)got;
	}
}

bool ct_proc_cut_deleted(char *path)
{
	static const char mark[] = " (deleted)";
	size_t size = strlen(path);
	size_t mark_size = sizeof(mark) - 1;
	if (size <= mark_size || strcmp(path + size - mark_size, mark) != 0)
		return false;
	path[size - mark_size] = '\0';
	return true;
}

struct ct_error *ct_process_read_variable(pid_t pid, const char *name,
					  char **ret)
{
	size_t length = strlen(name);
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer buffer = {0};
	struct ct_error *err = ct_proc_read(pid, "environ", &buffer);
	if (err)
		return err;
	ct_buffer_putc(&buffer, '\0');
	if (ct_buffer_failed(&buffer))
		return &ct_enomem;
	*ret = NULL;
	const char *end = buffer.data + buffer.size;
	for (const char *at = buffer.data; at < end; at += strlen(at) + 1) {
		if (strncmp(at, name, length) != 0 || at[length] != '=')
			continue;
		*ret = strdup(at + length + 1);
		return *ret ? NULL : &ct_enomem;
	}
	return NULL;
}

static void set_auxv(struct ct_auxv *auxv, const Elf64_auxv_t *entry)
{
	switch (entry->a_type) {
	case AT_ENTRY:
		auxv->entry = entry->a_un.a_val;
		break;
	case AT_BASE:
		auxv->interpreter = entry->a_un.a_val;
		break;
	case AT_PHDR:
		auxv->phdr = entry->a_un.a_val;
		break;
	case AT_PHNUM:
		auxv->phdr_count = entry->a_un.a_val;
		break;
	case AT_SYSINFO_EHDR:
		auxv->sysinfo_ehdr = entry->a_un.a_val;
		break;
	case AT_SECURE:
		auxv->secure = entry->a_un.a_val;
		break;
	}
}

struct ct_error *ct_process_read_auxv(pid_t pid, struct ct_auxv *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer buffer;
	ct_buffer_init(&buffer);
	struct ct_error *err = ct_proc_read(pid, "auxv", &buffer);
	if (err)
		return err;

	struct ct_auxv auxv = {0};
	Elf64_auxv_t entry;
	for (size_t at = 0; buffer.size - at >= sizeof(entry);
	     at += sizeof(entry)) {
		memcpy(&entry, buffer.data + at, sizeof(entry));
		set_auxv(&auxv, &entry);
	}
	*ret = auxv;
	return NULL;
}

struct ct_error *ct_process_read_exe(pid_t pid, char **ret)
{
	char link[32];
	char path[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	ssize_t size = readlink(link, path, sizeof(path) - 1);
	if (size < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", link);
	path[size] = '\0';
	ct_proc_cut_deleted(path);
	char *copy = strdup(path);
	if (!copy)
		return &ct_enomem;
	*ret = copy;
	return NULL;
}

static int compare_tids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a;
	pid_t right = *(const pid_t *)b;
	return (left > right) - (left < right);
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

struct ct_error *ct_process_read_tids(pid_t pid, pid_t **ret, size_t *ret_count)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	CT_CLEANUP(cleanup_dir) DIR *dir = opendir(path);
	if (!dir)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);

	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer tids;
	ct_buffer_init(&tids);
	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		pid_t tid = atoi(entry->d_name);
		if (tid > 0)
			ct_buffer_append(&tids, &tid, sizeof(tid));
	}
	if (ct_buffer_failed(&tids))
		return &ct_enomem;
	if (!tids.size)
		return ct_error_format(CT_ERROR_OS, "%s: no threads", path);
	size_t count = tids.size / sizeof(pid_t);
	pid_t *array = malloc(tids.size);
	if (!array)
		return &ct_enomem;
	memcpy(array, tids.data, tids.size);
	qsort(array, count, sizeof(*array), compare_tids);
	*ret = array;
	*ret_count = count;
	return NULL;
}

struct ct_error *ct_process_read_start_time(pid_t pid, uint64_t *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer stat;
	ct_buffer_init(&stat);
	struct ct_error *err = ct_proc_read(pid, "stat", &stat);
	if (err)
		return err;
	ct_buffer_putc(&stat, '\0');
	if (ct_buffer_failed(&stat))
		return &ct_enomem;
	/* Field 22; field 2, the name in brackets, may hold anything. */
	const char *at = strrchr(stat.data, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "/proc/%d/stat: no start time",
				       (int)pid);
	uint64_t ticks = strtoull(at, NULL, 10);
	*ret = ticks * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
	return NULL;
}
