/* SPDX-License-Identifier: MIT */
/* What the table names as `call`, and other small parts of wrappers. */
#ifndef CTESTER_KIT_CALLS_H
#define CTESTER_KIT_CALLS_H

#include <stdbool.h>
#include <sys/types.h>

#include "kit/enter.h"

/* The descriptor's read buffer if it has one, else the real function. */
KIT_HIDDEN ssize_t ctester_read(int fd, void *buf, size_t count);
KIT_HIDDEN ssize_t ctester_recv(int sockfd, void *buf, size_t len, int flags);

/* Whether open() with these flags has a third argument: open(2). */
KIT_HIDDEN bool ctester_open_has_mode(int flags);

#endif /* CTESTER_KIT_CALLS_H */
