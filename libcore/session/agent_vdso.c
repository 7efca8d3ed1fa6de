/* SPDX-License-Identifier: MIT */
/*
 * The kernel's library in each process (vdso(7)): time() and gettimeofday() are
 * there.  It is in no file, but GDB's process has it, too, the same one.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

enum {
	VDSO_MAX = 1 << 20, /* it has some pages */
};

/* Section headers are at its end. */
static size_t size_of(const Elf64_Ehdr *header)
{
	size_t size =
	    header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
	return header->e_shoff < VDSO_MAX && size < VDSO_MAX ? size : 0;
}

static struct ct_image *open_image(const Elf64_Ehdr *header, size_t size)
{
	CT_AUTO_CLOSE int fd = memfd_create("vdso", MFD_CLOEXEC);
	struct ct_image *image = NULL;
	char path[32];
	if (fd < 0 || write(fd, header, size) != (ssize_t)size)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ct_error_destroy(ct_image_open(path, &image));
	return image;
}

static struct ct_module *open_vdso(const struct ct_session *session)
{
	/* NOLINTNEXTLINE: the kernel gives it as a number. */
	const Elf64_Ehdr *header = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct ct_auxv auxv = {0};
	ct_error_destroy(ct_process_read_auxv(session->now->pid, &auxv));
	size_t size = header && auxv.sysinfo_ehdr ? size_of(header) : 0;
	struct ct_module *module = size ? calloc(1, sizeof(*module)) : NULL;
	if (!module)
		return NULL;
	module->name = "vdso";
	module->bias = module->start = auxv.sysinfo_ehdr;
	module->end = module->start + size;
	module->image = open_image(header, size);
	return module;
}

struct ct_module *ct_agent_vdso(const struct ct_session *session, uint64_t addr)
{
	struct ct_agent *agent = session->now->agent;
	if (!agent->vdso)
		agent->vdso = open_vdso(session);
	struct ct_module *vdso = agent->vdso;
	return vdso && vdso->image && addr >= vdso->start && addr < vdso->end
		   ? vdso
		   : NULL;
}

void ct_agent_forget_vdso(struct ct_agent *agent)
{
	struct ct_module *vdso = ct_take(agent->vdso);
	if (vdso)
		ct_image_close(vdso->image);
	free(vdso);
}
