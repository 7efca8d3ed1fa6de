/* SPDX-License-Identifier: MIT */
/*
 * Control messages, cmsg(3): each is a struct cmsghdr with its length, which
 * counts the header, and data whose meaning its level and type say; the next
 * begins at a multiple of 8 bytes.
 *
 * The numbers and layouts are the kernel's for x86-64 (include/linux/socket.h,
 * asm-generic/socket.h, linux/in.h, linux/in6.h), whatever this was compiled
 * with.
 */
#include <arpa/inet.h>
#include <string.h>

#include "prototypes/names.h"
#include "value/walk.h"

enum {
	HEADER_SIZE = 16
};

enum data_kind {
	DATA_BYTES,
	DATA_INTS, /* as many as there are: SCM_RIGHTS */
	DATA_CREDENTIALS,
	DATA_TIMEVAL,
	DATA_TIMESPEC,
	DATA_PKTINFO,
	DATA_PKTINFO6,
};

static const struct {
	uint32_t level, type;
	enum data_kind kind;
} rows[] = {
    {1, 1, DATA_INTS},                           /* SOL_SOCKET, SCM_RIGHTS */
    {1, 2, DATA_CREDENTIALS}, {1, 4, DATA_INTS}, /* SCM_PIDFD */
    {1, 29, DATA_TIMEVAL},                       /* SCM_TIMESTAMP_OLD */
    {1, 35, DATA_TIMESPEC},                      /* SCM_TIMESTAMPNS_OLD */
    {1, 40, DATA_INTS},                          /* SO_RXQ_OVFL */
    {0, 2, DATA_INTS},                           /* SOL_IP, IP_TTL */
    {0, 8, DATA_PKTINFO},                        /* IP_PKTINFO */
    {41, 50, DATA_PKTINFO6},                     /* SOL_IPV6, IPV6_PKTINFO */
    {41, 52, DATA_INTS},                         /* IPV6_HOPLIMIT */
    {41, 67, DATA_INTS},                         /* IPV6_TCLASS */
};

static enum data_kind kind_of(uint32_t level, uint32_t type)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].level == level && rows[i].type == type)
			return rows[i].kind;
	return DATA_BYTES;
}

static void tell_bytes(struct ct_walk *walk, const struct ct_span *data)
{
	struct ct_text_piece piece = {.bytes = data->bytes, .size = data->size};
	ct_walk_spend(walk, data->size);
	walk->ops->text(walk->sink, &piece);
}

static void tell_number(struct ct_walk *walk, uint64_t number, bool is_signed)
{
	ct_walk_spend(walk, 8);
	walk->ops->integer(
	    walk->sink,
	    is_signed ? (unsigned __int128)(__int128)(int64_t)number : number,
	    is_signed);
}

static void tell_ints(struct ct_walk *walk, const struct ct_span *data)
{
	size_t count = data->size / 4, shown = count;
	if (shown > walk->decoder->limits.array)
		shown = walk->decoder->limits.array;
	size_t mark = walk->ops->array_begin(walk->sink);
	for (size_t i = 0; i < shown; i++) {
		int32_t value;
		memcpy(&value, data->bytes + i * 4, sizeof(value));
		walk->ops->element(walk->sink);
		tell_number(walk, (uint64_t)(int64_t)value, true);
	}
	walk->ops->array_done(walk->sink, mark, shown < count);
}

struct field {
	const char *name;
	uint8_t offset, size;
	bool is_signed;
};

static void tell_fields(struct ct_walk *walk, const struct ct_span *data,
			const struct field *fields, size_t count)
{
	size_t mark = walk->ops->struct_begin(walk->sink);
	for (size_t i = 0; i < count; i++) {
		uint64_t value = 0;
		memcpy(&value, data->bytes + fields[i].offset, fields[i].size);
		if (fields[i].is_signed && fields[i].size == 4)
			value = (uint64_t)(int64_t)(int32_t)value;
		walk->ops->member(walk->sink, fields[i].name);
		tell_number(walk, value, fields[i].is_signed);
	}
	walk->ops->struct_done(walk->sink, mark, false);
}

static void tell_address(struct ct_walk *walk, const char *name, int family,
			 const unsigned char *bytes)
{
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(family, bytes, text, sizeof(text));
	struct ct_text_piece piece = {.bytes = (const unsigned char *)text,
				      .size = strlen(text)};
	walk->ops->member(walk->sink, name);
	walk->ops->text(walk->sink, &piece);
}

static void tell_packet(struct ct_walk *walk, const struct ct_span *data,
			bool six)
{
	int32_t index;
	memcpy(&index, data->bytes + (six ? 16 : 0), sizeof(index));
	size_t mark = walk->ops->struct_begin(walk->sink);
	if (six)
		tell_address(walk, "ipi6_addr", AF_INET6, data->bytes);
	walk->ops->member(walk->sink, six ? "ipi6_ifindex" : "ipi_ifindex");
	tell_number(walk, (uint64_t)(int64_t)index, true);
	if (!six) {
		tell_address(walk, "ipi_spec_dst", AF_INET, data->bytes + 4);
		tell_address(walk, "ipi_addr", AF_INET, data->bytes + 8);
	}
	walk->ops->struct_done(walk->sink, mark, false);
}

/* What is too short for its kind is bytes. */
static void tell_data(struct ct_walk *walk, enum data_kind kind,
		      const struct ct_span *data)
{
	static const struct field credentials[] = {
	    {"pid", 0, 4, true}, {"uid", 4, 4, false}, {"gid", 8, 4, false}};
	static const struct field timeval[] = {{"tv_sec", 0, 8, true},
					       {"tv_usec", 8, 8, true}};
	static const struct field timespec[] = {{"tv_sec", 0, 8, true},
						{"tv_nsec", 8, 8, true}};
	static const size_t sizes[] = {
	    [DATA_BYTES] = 0,     [DATA_INTS] = 0,      [DATA_CREDENTIALS] = 12,
	    [DATA_TIMEVAL] = 16,  [DATA_TIMESPEC] = 16, [DATA_PKTINFO] = 12,
	    [DATA_PKTINFO6] = 20,
	};
	if (data->size < sizes[kind])
		kind = DATA_BYTES;
	switch (kind) {
	case DATA_BYTES:
		tell_bytes(walk, data);
		break;
	case DATA_INTS:
		tell_ints(walk, data);
		break;
	case DATA_CREDENTIALS:
		tell_fields(walk, data, credentials, 3);
		break;
	case DATA_TIMEVAL:
		tell_fields(walk, data, timeval, 2);
		break;
	case DATA_TIMESPEC:
		tell_fields(walk, data, timespec, 2);
		break;
	case DATA_PKTINFO:
		tell_packet(walk, data, false);
		break;
	case DATA_PKTINFO6:
		tell_packet(walk, data, true);
		break;
	}
}

/* A number by its name in the set, or as it is. */
static void tell_named(struct ct_walk *walk, const char *set, uint32_t number)
{
	const struct ct_names *names = set ? ct_names_find(set) : NULL;
	struct ct_buffer text = {0};
	bool told = names && ct_names_spell(names, number, 4, &text);
	ct_buffer_putc(&text, 0);
	if (told && !ct_buffer_failed(&text)) {
		const char *name = (const char *)text.data;
		walk->ops->enumerator(walk->sink, number, false, &name, 1);
	} else {
		tell_number(walk, (uint64_t)(int64_t)(int32_t)number, true);
	}
	ct_buffer_deinit(&text);
}

static const char *types_of(uint32_t level)
{
	return level == 1    ? "control_types"
	       : level == 0  ? "ip_options"
	       : level == 41 ? "ipv6_options"
			     : NULL;
}

static void tell_message(struct ct_walk *walk, const unsigned char *bytes,
			 uint64_t length, size_t held)
{
	uint32_t level, type;
	memcpy(&level, bytes + 8, sizeof(level));
	memcpy(&type, bytes + 12, sizeof(type));
	struct ct_span data = {bytes + HEADER_SIZE, held - HEADER_SIZE, 0};
	size_t mark = walk->ops->struct_begin(walk->sink);
	walk->ops->member(walk->sink, "cmsg_len");
	tell_number(walk, length, false);
	walk->ops->member(walk->sink, "cmsg_level");
	tell_named(walk, "socket_levels", level);
	walk->ops->member(walk->sink, "cmsg_type");
	tell_named(walk, types_of(level), type);
	if (data.size) {
		walk->ops->member(walk->sink, "cmsg_data");
		tell_data(walk, kind_of(level, type), &data);
	}
	walk->ops->struct_done(walk->sink, mark, held < length);
}

void ct_walk_control(struct ct_walk *walk, const struct ct_span *span, bool cut)
{
	uint64_t limit = walk->decoder->limits.array;
	size_t at = 0;
	size_t mark = walk->ops->array_begin(walk->sink);
	while (span->size - at >= HEADER_SIZE) {
		uint64_t length;
		size_t left = span->size - at;
		memcpy(&length, span->bytes + at, sizeof(length));
		if (!limit-- || ct_walk_exhausted(walk) ||
		    length < HEADER_SIZE) {
			/* One of length 0 ends the list, cmsg(3). */
			cut |= length != 0;
			break;
		}
		walk->ops->element(walk->sink);
		tell_message(walk, span->bytes + at, length,
			     length < left ? (size_t)length : left);
		if (length > left || ((length + 7) & ~7ull) > left)
			break;
		at += (size_t)((length + 7) & ~7ull);
	}
	walk->ops->array_done(walk->sink, mark, cut);
}
