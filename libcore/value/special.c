/* SPDX-License-Identifier: MIT */
/*
 * Types that say by their name how they are shown.  libcore/syscall/own_types.h
 * has them: its typedefs ct_…, and unions ct_by_TAG of a struct with a member
 * TAG.  No program's own type begins so.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "prototypes/names.h"
#include "value/special.h"
#include "value/way.h"

#define NAMES_PREFIX  "ct_names_"
#define CHOICE_PREFIX "ct_by_"

static bool begins(const char *name, const char *prefix)
{
	return name && !strncmp(name, prefix, strlen(prefix));
}

static uint64_t load_word(const struct ct_span *span, size_t size)
{
	uint64_t word = 0;
	memcpy(&word, span->bytes, size < sizeof(word) ? size : sizeof(word));
	return word;
}

static void tell_text(struct ct_walk *walk, const void *bytes, size_t size)
{
	struct ct_text_piece piece = {.bytes = bytes, .size = size};
	ct_walk_spend(walk, size);
	walk->ops->text(walk->sink, &piece);
}

/* A number by its names; false: it has none. */
static bool tell_names(struct ct_walk *walk, const char *set,
		       const struct ct_span *span, size_t size)
{
	const struct ct_names *names = ct_names_find(set);
	struct ct_buffer text = {0};
	uint64_t word = load_word(span, size);
	bool told = names && ct_names_spell(names, word, size, &text);
	char *name = told ? ct_buffer_take_string(&text) : NULL;
	ct_buffer_deinit(&text);
	if (!name)
		return false;
	const char *borrowed = name;
	walk->ops->enumerator(walk->sink, word, false, &borrowed, 1);
	ct_walk_spend(walk, strlen(name));
	free(name);
	return true;
}

/* In network order: the first byte is the highest. */
static bool tell_big_endian(struct ct_walk *walk, const struct ct_span *span,
			    size_t size)
{
	uint64_t number = 0;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | span->bytes[i];
	walk->ops->integer(walk->sink, number, false);
	return true;
}

static bool tell_address(struct ct_walk *walk, const struct ct_span *span,
			 int family)
{
	char text[INET6_ADDRSTRLEN];
	if (!inet_ntop(family, span->bytes, text, sizeof(text)))
		return false;
	tell_text(walk, text, strlen(text));
	return true;
}

/* Numbers that text says in another way than programs want them. */
static bool tell_described(struct ct_walk *walk, enum ct_number_way way,
			   const struct ct_span *span, size_t size)
{
	struct ct_buffer text = {0};
	if (!walk->ops->described || size > sizeof(uint64_t))
		return false;
	bool told = ct_number_say(way, load_word(span, size), size, &text);
	ct_buffer_putc(&text, 0);
	told = told && !ct_buffer_failed(&text);
	if (told)
		walk->ops->described(walk->sink, (const char *)text.data);
	ct_buffer_deinit(&text);
	return told;
}

/* sa_handler: an address, or one of the two of signal(2). */
static bool tell_handler(struct ct_walk *walk, const struct ct_span *span,
			 size_t size)
{
	uint64_t word = load_word(span, size);
	const char *name = word ? "SIG_IGN" : "SIG_DFL";
	if (word > 1)
		return false;
	walk->ops->enumerator(walk->sink, word, false, &name, 1);
	return true;
}

/* What is left of an object that a length bounds. */
static bool tell_bytes_rest(struct ct_walk *walk, const struct ct_span *span)
{
	uint64_t limit = walk->decoder->limits.string;
	struct ct_text_piece piece = {.bytes = span->bytes, .size = span->size};
	if (piece.size > limit) {
		piece.size = (size_t)limit;
		piece.truncated = true;
	}
	ct_walk_spend(walk, piece.size);
	walk->ops->text(walk->sink, &piece);
	return true;
}

/* Up to its NUL, or what there is. */
static bool tell_rest(struct ct_walk *walk, const struct ct_span *span)
{
	tell_text(walk, span->bytes,
		  strnlen((const char *)span->bytes, span->size));
	return true;
}

/* unix(7): a path ends at its NUL, or with the address; a name that begins
 * with NUL is all that the address has. */
static bool tell_socket_path(struct ct_walk *walk, const struct ct_span *span,
			     size_t size)
{
	if (size > span->size)
		size = span->size;
	if (size && span->bytes[0])
		size = strnlen((const char *)span->bytes, size);
	tell_text(walk, span->bytes, size);
	return true;
}

static const struct {
	const char *name;
	enum ct_number_way way;
} ways[] = {
    {"ct_octal", CT_NUMBER_OCTAL},   {"ct_device", CT_NUMBER_DEVICE},
    {"ct_id", CT_NUMBER_ID},         {"ct_word", CT_NUMBER_WORD},
    {"ct_status", CT_NUMBER_STATUS},
};

static bool tell_typedef(struct ct_walk *walk, const char *name,
			 const struct ct_span *span, size_t size)
{
	if (!strcmp(name, "ct_socket_path"))
		return tell_socket_path(walk, span, size);
	if (!strcmp(name, "ct_text_rest"))
		return tell_rest(walk, span);
	if (!strcmp(name, "ct_bytes_rest"))
		return tell_bytes_rest(walk, span);
	if (!size || size > span->size)
		return false;
	if (begins(name, NAMES_PREFIX) && size <= sizeof(uint64_t))
		return tell_names(walk, name + strlen(NAMES_PREFIX), span,
				  size);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (begins(name, ways[i].name))
			return tell_described(walk, ways[i].way, span, size);
	if (!strcmp(name, "ct_handler") && size == sizeof(uint64_t))
		return tell_handler(walk, span, size);
	if (begins(name, "ct_be") && size <= sizeof(uint64_t))
		return tell_big_endian(walk, span, size);
	if (!strcmp(name, "ct_ipv4") && size == 4)
		return tell_address(walk, span, AF_INET);
	if (!strcmp(name, "ct_ipv6") && size == 16)
		return tell_address(walk, span, AF_INET6);
	return false;
}

/* The name of the first typedef on the way that is one of ours; or NULL. */
static const char *special_name(struct ct_type *type)
{
	for (int i = 0; i < CT_SPECIAL_DEPTH_MAX; i++) {
		enum ct_type_kind kind = ct_type_kind(type);
		if (kind != CT_TYPE_TYPEDEF && kind != CT_TYPE_QUALIFIED)
			return NULL;
		if (kind == CT_TYPE_TYPEDEF &&
		    begins(ct_type_name(type), "ct_"))
			return ct_type_name(type);
		/* Of these two the target is never lazy: it cannot fail. */
		struct ct_error *err = ct_type_target(type, &type);
		if (err) {
			ct_error_destroy(err);
			return NULL;
		}
	}
	return NULL;
}

bool ct_special_is_typedef(struct ct_type *type)
{
	return special_name(type) != NULL;
}

bool ct_walk_special(struct ct_walk *walk, struct ct_type *type,
		     struct ct_type *stripped, const struct ct_span *span)
{
	const char *name = special_name(type);
	uint64_t size = ct_type_size(stripped);
	if (name && ct_type_kind(stripped) == CT_TYPE_ARRAY)
		size = ct_type_size(type) ? ct_type_size(type) : size;
	return name && size <= CT_WALK_OBJECT_MAX &&
	       tell_typedef(walk, name, span, (size_t)size);
}

bool ct_special_is_control(const struct ct_type *type)
{
	const char *name = ct_type_name(type);
	return name && ct_type_kind(type) == CT_TYPE_STRUCT &&
	       !strcmp(name, "ct_control");
}

bool ct_special_is_private(const struct ct_type *type)
{
	static const char *const names[] = {"_IO_FILE", "__va_list_tag"};
	const char *name = ct_type_name(type);
	if (!name || ct_type_kind(type) != CT_TYPE_STRUCT)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool ct_special_is_choice(const struct ct_member *member)
{
	return begins(member->name, CHOICE_PREFIX) && !member->bit_size;
}

/* The name that the struct's tag has, to be freed; NULL: none. */
static char *name_tag(const struct ct_member *tag, const struct ct_span *span)
{
	uint64_t at = tag->bit_offset / 8, size = ct_type_size(tag->type);
	const char *type = special_name(tag->type);
	if (!begins(type, NAMES_PREFIX) || !size || size > sizeof(uint64_t) ||
	    at >= span->size || size > span->size - at)
		return NULL;
	const struct ct_names *names =
	    ct_names_find(type + strlen(NAMES_PREFIX));
	struct ct_span inner = {span->bytes + at, (size_t)size, 0};
	struct ct_buffer text = {0};
	char *name = NULL;
	if (names && ct_names_spell(names, load_word(&inner, (size_t)size),
				    (size_t)size, &text))
		name = ct_buffer_take_string(&text);
	ct_buffer_deinit(&text);
	return name;
}

struct ct_error *ct_special_choose(const struct ct_member *members,
				   size_t count, size_t index,
				   const struct ct_span *span,
				   const struct ct_member **ret)
{
	const char *wanted = members[index].name + strlen(CHOICE_PREFIX);
	size_t case_count;
	const struct ct_member *cases;
	struct ct_type *choice;
	*ret = NULL;
	struct ct_error *err = ct_type_strip(members[index].type, &choice);
	if (err || ct_type_kind(choice) != CT_TYPE_UNION)
		return err;
	err = ct_type_members(choice, &case_count, &cases);
	if (err)
		return err;
	char *name = NULL;
	for (size_t i = 0; i < count && !name; i++)
		if (members[i].name && !strcmp(members[i].name, wanted))
			name = name_tag(&members[i], span);
	for (size_t i = 0; i < case_count; i++) {
		if (!cases[i].name)
			continue;
		if (name && !strcmp(cases[i].name, name)) {
			*ret = &cases[i];
			break;
		}
		if (!strcmp(cases[i].name, "other"))
			*ret = &cases[i];
	}
	free(name);
	return NULL;
}

bool ct_special_is_counted(const struct ct_member *members, size_t count,
			   size_t index, struct ct_special_length *ret)
{
	const char *name = special_name(members[index].type);
	bool bytes = begins(name, "ct_bytes_by_next");
	bool before = begins(name, "ct_elements_by_previous");
	if (!bytes && !before && !begins(name, "ct_elements_by_next"))
		return false;
	if (before ? !index : index + 1 >= count)
		return false;
	const struct ct_member *next = &members[before ? index - 1 : index + 1];
	uint64_t size = ct_type_size(next->type);
	if (next->bit_size || (size != 2 && size != 4 && size != 8))
		return false;
	*ret = (struct ct_special_length){
	    .kind = bytes ? CT_EXTENT_BYTES : CT_EXTENT_COUNT,
	    .offset = next->bit_offset / 8,
	    .size = (uint32_t)size,
	    .by_result = !strcmp(name, "ct_bytes_by_next_result"),
	};
	return true;
}

struct ct_error *ct_special_record_size(struct ct_type *type,
					const struct ct_member **ret)
{
	size_t count;
	const struct ct_member *members;
	*ret = NULL;
	if (ct_type_kind(type) != CT_TYPE_STRUCT)
		return NULL;
	struct ct_error *err = ct_type_members(type, &count, &members);
	for (size_t i = 0; !err && i < count; i++) {
		const char *name = special_name(members[i].type);
		if (name && !strcmp(name, "ct_record_size"))
			*ret = &members[i];
	}
	return err;
}

uint64_t ct_special_length(const struct ct_special_length *length,
			   const void *object, size_t size)
{
	uint64_t value = 0;
	if (length->offset >= size || length->size > size - length->offset)
		return 0;
	memcpy(&value, (const char *)object + length->offset, length->size);
	return value;
}
