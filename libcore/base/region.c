/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/region.h"

static const uint64_t REGION_MAGIC = 0x3172657473657463; /* "ctester1" */

struct ct_error *ct_region_create(size_t size, int *ret_fd,
				  struct ct_region **ret)
{
	CT_AUTO_CLOSE int fd = memfd_create("ctester", MFD_CLOEXEC);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "memfd_create: %m");
	if (ftruncate(fd, (off_t)size) < 0)
		return ct_error_format(CT_ERROR_OS, "ftruncate: %m");

	struct ct_region *region =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (region == MAP_FAILED)
		return ct_error_format(CT_ERROR_OS, "mmap of %zu bytes: %m",
				       size);
	region->magic = REGION_MAGIC;
	region->size = size;
	region->used = (sizeof(*region) + 7) & ~7ull;
	if (ret_fd) {
		*ret_fd = fd;
		fd = -1;
	}
	*ret = region;
	return NULL;
}

void ct_region_destroy(struct ct_region *region)
{
	if (region)
		munmap(region, region->size);
}

ct_ref ct_region_alloc(struct ct_region *region, size_t size)
{
	if (size > region->size)
		return 0;
	uint64_t rounded = (size + 7) & ~7ull;
	uint64_t at = atomic_fetch_add(&region->used, rounded);
	if (at + rounded > region->size) {
		atomic_fetch_sub(&region->used, rounded);
		return 0;
	}
	return (ct_ref)(at / 8);
}
