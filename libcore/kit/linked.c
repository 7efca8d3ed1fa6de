/* SPDX-License-Identifier: MIT */
/*
 * The real functions, as the linker finds them, with and without a debugger.
 *
 * By weak references: a static program is not linked with those that nothing
 * else needs.  They are data of ctester_reals alone, where the debugger and
 * BAN_FUNCS() know that they are the kit's own and no use of the program's.
 */
/* Made by scripts/generate-kit from libcore/kit/functions.json. */

#undef _FORTIFY_SOURCE

#include "kit/reals.h"

#define WEAK(f) extern __typeof__(*ctester_reals.f) f __attribute__((weak))

WEAK(getpid);
WEAK(open);
WEAK(creat);
WEAK(close);
WEAK(read);
WEAK(write);
WEAK(stat);
WEAK(fstat);
WEAK(lseek);
WEAK(free);
WEAK(malloc);
WEAK(calloc);
WEAK(realloc);
WEAK(pthread_mutex_lock);
WEAK(pthread_mutex_trylock);
WEAK(pthread_mutex_unlock);
WEAK(pthread_mutex_init);
WEAK(pthread_mutex_destroy);
WEAK(sleep);
WEAK(getaddrinfo);
WEAK(getnameinfo);
WEAK(freeaddrinfo);
WEAK(gai_strerror);
WEAK(accept);
WEAK(bind);
WEAK(connect);
WEAK(listen);
WEAK(poll);
WEAK(recv);
WEAK(recvfrom);
WEAK(recvmsg);
WEAK(select);
WEAK(send);
WEAK(sendto);
WEAK(sendmsg);
WEAK(shutdown);
WEAK(socket);
WEAK(htons);
WEAK(ntohs);
WEAK(htonl);
WEAK(ntohl);
WEAK(mmap);
WEAK(munmap);
WEAK(msync);
WEAK(ftruncate);
WEAK(memcpy);
WEAK(__open_2);
WEAK(__open64_2);
WEAK(__read_chk);
WEAK(__xstat);
WEAK(__xstat64);
WEAK(__fxstat);
WEAK(__fxstat64);
WEAK(__poll_chk);
WEAK(__recv_chk);
WEAK(__recvfrom_chk);
WEAK(__memcpy_chk);

struct ctester_reals ctester_reals = {
    .getpid = getpid,
    .open = open,
    .creat = creat,
    .close = close,
    .read = read,
    .write = write,
    .stat = stat,
    .fstat = fstat,
    .lseek = lseek,
    .free = free,
    .malloc = malloc,
    .calloc = calloc,
    .realloc = realloc,
    .pthread_mutex_lock = pthread_mutex_lock,
    .pthread_mutex_trylock = pthread_mutex_trylock,
    .pthread_mutex_unlock = pthread_mutex_unlock,
    .pthread_mutex_init = pthread_mutex_init,
    .pthread_mutex_destroy = pthread_mutex_destroy,
    .sleep = sleep,
    .getaddrinfo = getaddrinfo,
    .getnameinfo = getnameinfo,
    .freeaddrinfo = freeaddrinfo,
    .gai_strerror = gai_strerror,
    .accept = accept,
    .bind = bind,
    .connect = connect,
    .listen = listen,
    .poll = poll,
    .recv = recv,
    .recvfrom = recvfrom,
    .recvmsg = recvmsg,
    .select = select,
    .send = send,
    .sendto = sendto,
    .sendmsg = sendmsg,
    .shutdown = shutdown,
    .socket = socket,
    .htons = htons,
    .ntohs = ntohs,
    .htonl = htonl,
    .ntohl = ntohl,
    .mmap = mmap,
    .munmap = munmap,
    .msync = msync,
    .ftruncate = ftruncate,
    .memcpy = memcpy,
    .__open_2 = __open_2,
    .__open64_2 = __open64_2,
    .__read_chk = __read_chk,
    .__xstat = __xstat,
    .__xstat64 = __xstat64,
    .__fxstat = __fxstat,
    .__fxstat64 = __fxstat64,
    .__poll_chk = __poll_chk,
    .__recv_chk = __recv_chk,
    .__recvfrom_chk = __recvfrom_chk,
    .__memcpy_chk = __memcpy_chk,
};
