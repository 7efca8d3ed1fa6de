/* SPDX-License-Identifier: MIT */
/* For tests that include it: all of it is in wrap.h here. */
#ifndef CTESTER_WRAP_NETWORK_SOCKET_H
#define CTESTER_WRAP_NETWORK_SOCKET_H

#include "wrap.h"

#endif /* CTESTER_WRAP_NETWORK_SOCKET_H */
