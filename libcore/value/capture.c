/* SPDX-License-Identifier: MIT */
/*
 * Breadth first from the argument block: every pointer that a link names is
 * read as one blob, whose own links are queued.  First come is least deep, so
 * a blob that is there already needs no second look, and cycles end.
 */
#include <errno.h>
#include <string.h>

#include "value/capture.h"
#include "value/tail.h"

enum {
	QUEUE_MAX = 1024,
	PAGE_SIZE = 4096,
	TEXT_CHUNK = 64
};

/* A block of captured bytes whose links are to be followed.  Offsets, because
 * blocks are parts of the record. */
struct pending {
	uint32_t block; /* from the start of the record */
	uint32_t size;
	uint32_t first_link, link_count;
	uint32_t depth;
};

struct capture {
	const struct ct_plan *plan;
	const struct ct_memory *memory;
	struct ct_record *record;
	size_t capacity;
	size_t end;              /* bytes of the record filled */
	size_t blobs, blobs_end; /* of this phase, from the record's start */
	bool at_return;
	uint8_t scatter; /* of the parameter at hand */
	uint32_t each_offset;
	uint64_t arrived; /* bytes that the call has put there, left to keep */
	bool changed; /* a blob of the exit phase differs from the entry's */
	size_t queue_head, queue_count;
	struct pending *queue; /* QUEUE_MAX of them, not cleared: it costs */
};

static uint8_t *record_bytes(const struct capture *capture)
{
	return (uint8_t *)capture->record;
}

static uint32_t offset_of(const struct capture *capture, const void *bytes)
{
	return (uint32_t)((const uint8_t *)bytes - record_bytes(capture));
}

static void push(struct capture *capture, struct pending pending)
{
	if (!pending.link_count)
		return;
	if (capture->queue_count == QUEUE_MAX) {
		capture->record->flags |= CT_RECORD_CUT;
		return;
	}
	size_t at = (capture->queue_head + capture->queue_count) % QUEUE_MAX;
	capture->queue[at] = pending;
	capture->queue_count++;
}

/* A shape counts when it has links to follow: then another type at that
 * address is no second look. */
static struct ct_blob *blob_in(const struct capture *capture, size_t from,
			       size_t to, uint64_t addr, uint32_t size,
			       uint32_t shape)
{
	for (size_t at = from; at < to;) {
		struct ct_blob *blob = (void *)(record_bytes(capture) + at);
		if (blob->addr == addr && blob->size >= size &&
		    (!shape || blob->shape == shape))
			return blob;
		at += sizeof(*blob) + ct_pad8(blob->size);
	}
	return NULL;
}

/* The blob of the call itself, for comparison at the return. */
static struct ct_blob *entry_blob(const struct capture *capture, uint64_t addr,
				  uint32_t size)
{
	const uint8_t *from = ct_record_entry_blobs(capture->record);
	size_t start = (size_t)(from - record_bytes(capture));
	return blob_in(capture, start,
		       start + capture->record->entry_blobs_size, addr, size,
		       0);
}

/* An empty blob: the decoder then knows that somebody looked. */
static void mark_unreadable(struct capture *capture, uint64_t addr)
{
	if (capture->capacity - capture->end < sizeof(struct ct_blob)) {
		capture->record->flags |= CT_RECORD_CUT;
		return;
	}
	*(struct ct_blob *)(void *)(record_bytes(capture) + capture->end) =
	    (struct ct_blob){.addr = addr};
	capture->end += sizeof(struct ct_blob);
	capture->blobs_end = capture->end;
}

/* Make a blob of the bytes that lie where its bytes will be. */
static void add_blob(struct capture *capture, uint64_t addr, uint32_t size,
		     uint32_t shape)
{
	struct ct_blob *blob = (void *)(record_bytes(capture) + capture->end);
	*blob = (struct ct_blob){.addr = addr, .size = size, .shape = shape};
	memset((uint8_t *)(blob + 1) + size, 0, ct_pad8(size) - size);
	capture->end += sizeof(*blob) + ct_pad8(size);
	capture->blobs_end = capture->end;
}

/* Bytes of the record that are followed on: 0 for nothing new. */
struct kept {
	uint32_t block; /* from the start of the record */
	uint32_t size;
};

/*
 * Put `size` bytes at addr into the record, or as many of them as can be
 * read.  Nothing is kept of what is there already or has no room.
 */
static struct kept keep_blob(struct capture *capture, uint64_t addr,
			     uint32_t size, uint32_t shape)
{
	if (blob_in(capture, capture->blobs, capture->blobs_end, addr, size,
		    shape))
		return (struct kept){0};
	size_t needed = sizeof(struct ct_blob) + ct_pad8(size);
	if (capture->capacity - capture->end < needed) {
		capture->record->flags |= CT_RECORD_CUT;
		return (struct kept){0};
	}
	struct ct_blob *blob = (void *)(record_bytes(capture) + capture->end);
	uint8_t *bytes = (uint8_t *)(blob + 1);
	uint32_t got = (uint32_t)capture->memory->read(capture->memory->arg,
						       addr, bytes, size);
	if (capture->at_return) {
		struct ct_blob *before = entry_blob(capture, addr, got);
		bool same = before && (got == size || before->size == got) &&
			    !memcmp(before + 1, bytes, got);
		if (same && got == size)
			return (struct kept){offset_of(capture, before + 1),
					     got};
		/* Where it ends now is kept in any case: the entry may have
		 * more of it. */
		capture->changed |= !same && (before || got);
	}
	if (got)
		add_blob(capture, addr, got, shape);
	if (got < size)
		mark_unreadable(capture, addr + got);
	return (struct kept){offset_of(capture, bytes), got};
}

/* Bytes of text up to and with the terminator, or all of them. */
static uint32_t text_size(const uint8_t *bytes, size_t size, uint16_t unit,
			  bool *ended)
{
	static const uint8_t zero[8];
	*ended = true;
	if (unit == 1) {
		const uint8_t *nul = memchr(bytes, 0, size);
		*ended = nul;
		return (uint32_t)(nul ? (size_t)(nul - bytes) + 1 : size);
	}
	for (size_t at = 0; at + unit <= size; at += unit)
		if (!memcmp(bytes + at, zero, unit))
			return (uint32_t)(at + unit);
	*ended = false;
	return (uint32_t)size; /* with a part of a character */
}

/*
 * Most text is short: what lies behind its end is not asked for, least of all
 * on the next page, which may not be there.
 */
static size_t read_text(struct capture *capture, uint64_t addr, uint16_t unit,
			uint8_t *bytes, size_t wanted)
{
	size_t size = 0;
	while (size < wanted) {
		size_t chunk = size ? TEXT_CHUNK * 4 : TEXT_CHUNK;
		size_t page = PAGE_SIZE - (addr + size) % PAGE_SIZE;
		bool ended;
		if (chunk > page)
			chunk = page;
		if (chunk > wanted - size)
			chunk = wanted - size;
		size_t got = capture->memory->read(
		    capture->memory->arg, addr + size, bytes + size, chunk);
		size_t from = size / unit * unit;
		size += got;
		text_size(bytes + from, size - from, unit, &ended);
		if (got < chunk || ended)
			break;
	}
	return size;
}

/* At most so many units, where the NUL may be missing; returns how many there
 * are before it. */
static size_t keep_text(struct capture *capture, uint64_t addr, uint16_t unit,
			size_t most)
{
	/* One more than is shown tells a cut string from a whole one. */
	size_t units = (size_t)capture->plan->limits.string + 1;
	size_t wanted = (units < most ? units : most) * unit;
	size_t room = capture->capacity - capture->end;
	if (room < sizeof(struct ct_blob) + wanted + 8) {
		capture->record->flags |= CT_RECORD_CUT;
		return most;
	}
	struct ct_blob *blob = (void *)(record_bytes(capture) + capture->end);
	uint8_t *bytes = (uint8_t *)(blob + 1);
	size_t size = read_text(capture, addr, unit, bytes, wanted);
	bool ended;
	uint32_t length = text_size(bytes, size, unit, &ended);
	size_t shown = length / unit - ended;
	if (!length) {
		capture->changed |= entry_blob(capture, addr, 1) != NULL;
		mark_unreadable(capture, addr);
		return most;
	}
	if (blob_in(capture, capture->blobs, capture->blobs_end, addr, length,
		    0))
		return shown;
	if (capture->at_return) {
		struct ct_blob *before = entry_blob(capture, addr, length);
		bool same = before && before->size == length &&
			    !memcmp(before + 1, bytes, length);
		if (same && (ended || size == wanted))
			return shown;
		capture->changed |= !same;
	}
	add_blob(capture, addr, length, 0);
	if (!ended && size < wanted)
		mark_unreadable(capture, addr + length);
	return !ended && size < wanted ? most : shown;
}

static void keep_tail_text(struct capture *capture, struct ct_tail_value *value)
{
	uint16_t unit;
	uint64_t addr = ct_tail_text_addr(value, &unit);
	if (!addr || value->bound == 1)
		return;
	if (!value->bound)
		keep_text(capture, addr, unit, SIZE_MAX);
	else
		value->bound =
		    (uint32_t)keep_text(capture, addr, unit, value->bound - 1) +
		    1;
}

static void drain(struct capture *capture);

/* An element that says itself how much has come, as recvmmsg(2) has them: what
 * it leads to is looked at before the next one. */
static void follow_each(struct capture *capture, struct pending element)
{
	uint32_t arrived;
	if (element.size < sizeof(arrived) ||
	    capture->each_offset > element.size - sizeof(arrived))
		return;
	memcpy(&arrived,
	       record_bytes(capture) + element.block + capture->each_offset,
	       sizeof(arrived));
	capture->arrived = arrived;
	push(capture, element);
	drain(capture);
}

static void follow_link(struct capture *capture, const struct ct_link *link,
			uint64_t addr, uint64_t count, uint32_t depth)
{
	if (link->kind == CT_LINK_TEXT) {
		keep_text(capture, addr, link->unit, SIZE_MAX);
		return;
	}
	const struct ct_shape *shape =
	    &ct_plan_shapes(capture->plan)[link->shape];
	uint64_t size = shape->size * count;
	if (size > UINT32_MAX / 2) {
		capture->record->flags |= CT_RECORD_CUT;
		return;
	}
	struct kept kept = keep_blob(capture, addr, (uint32_t)size,
				     shape->link_count ? link->shape + 1 : 0);
	if (depth + 1 >= capture->plan->limits.depth)
		return;
	bool each = capture->scatter > 1 && capture->at_return && !depth;
	for (uint32_t at = 0; at + shape->size <= kept.size;
	     at += shape->size) {
		struct pending element = {kept.block + at, shape->size,
					  shape->first_link, shape->link_count,
					  depth + 1};
		if (each)
			follow_each(capture, element);
		else
			push(capture, element);
	}
}

/* One object of which `size` bytes are there, perhaps with more behind it. */
static void follow_part(struct capture *capture, const struct ct_link *link,
			uint64_t addr, uint64_t size)
{
	const struct ct_shape *shape =
	    &ct_plan_shapes(capture->plan)[link->shape];
	uint64_t most = (uint64_t)capture->plan->limits.string + 1;
	if (most < shape->size)
		most = shape->size;
	if (size > most)
		size = most;
	if (!size || size > UINT32_MAX / 2)
		return;
	struct kept kept = keep_blob(capture, addr, (uint32_t)size,
				     shape->link_count ? link->shape + 1 : 0);
	if (kept.size && capture->plan->limits.depth > 1)
		push(capture,
		     (struct pending){kept.block, kept.size, shape->first_link,
				      shape->link_count, 1});
}

static void keep_bytes(struct capture *capture, uint64_t addr, uint64_t size)
{
	uint64_t most = (uint64_t)capture->plan->limits.string + 1;
	if (most > UINT32_MAX / 2)
		most = UINT32_MAX / 2;
	if (size)
		keep_blob(capture, addr, (uint32_t)(size < most ? size : most),
			  0);
}

/* A pointer whose length is in the same block. */
static void follow_counted(struct capture *capture, const struct ct_link *link,
			   const struct pending *pending, uint64_t addr)
{
	uint64_t length = 0;
	uint64_t most = (uint64_t)capture->plan->limits.array + 1;
	if (link->unit > sizeof(length) || link->length > pending->size ||
	    link->unit > pending->size - link->length)
		return;
	memcpy(&length, record_bytes(capture) + pending->block + link->length,
	       link->unit);
	if (link->kind == CT_LINK_BYTES && capture->scatter) {
		if (!capture->at_return)
			return;
		if (link->shape && length > capture->arrived)
			length = capture->arrived;
		if (link->shape)
			capture->arrived -= length;
	}
	if (link->kind == CT_LINK_BYTES)
		keep_bytes(capture, addr, length);
	else if (length)
		follow_link(capture, link, addr, length < most ? length : most,
			    pending->depth);
}

static void follow_links(struct capture *capture, struct pending pending)
{
	const struct ct_link *links =
	    ct_plan_links(capture->plan) + pending.first_link;
	for (uint32_t i = 0; i < pending.link_count; i++) {
		uint64_t addr;
		if (links[i].offset + sizeof(addr) > pending.size)
			continue;
		memcpy(&addr,
		       record_bytes(capture) + pending.block + links[i].offset,
		       sizeof(addr));
		if (!addr)
			continue;
		if (links[i].kind == CT_LINK_COUNT ||
		    links[i].kind == CT_LINK_BYTES)
			follow_counted(capture, &links[i], &pending, addr);
		else
			follow_link(capture, &links[i], addr, 1, pending.depth);
	}
}

static void drain(struct capture *capture)
{
	while (capture->queue_count) {
		struct pending pending = capture->queue[capture->queue_head];
		capture->queue_head = (capture->queue_head + 1) % QUEUE_MAX;
		capture->queue_count--;
		follow_links(capture, pending);
	}
}

static uint64_t parameter_word(const struct ct_plan *plan,
			       const struct ct_record *record, size_t index)
{
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[index];
	uint64_t word = 0;
	uint32_t size = parameter->size < 8 ? parameter->size : 8;
	memcpy(&word, ct_record_args(record) + parameter->offset, size);
	if (parameter->is_signed && size && size < 8 &&
	    word >> (size * 8 - 1) & 1)
		word |= ~0ull << size * 8;
	return word;
}

/* A length that is passed by pointer. */
static uint64_t pointed_length(const struct ct_memory *memory, uint64_t addr)
{
	uint32_t length;
	return memory->read(memory->arg, addr, &length, sizeof(length)) ==
		       sizeof(length)
		   ? length
		   : 0;
}

static uint64_t result_word(const struct ct_plan *plan,
			    const struct ct_record *record)
{
	int64_t word = 0;
	uint32_t size = plan->result_size;
	if (size == 4) {
		int32_t narrow;
		memcpy(&narrow, ct_record_result(record), 4);
		word = narrow;
	} else if (size == 8) {
		memcpy(&word, ct_record_result(record), 8);
	}
	return word < 0 ? 0 : (uint64_t)word;
}

/* What is not counted in units of the length. */
static uint64_t scale_extent(const struct ct_extent_rule *rule, uint64_t extent)
{
	bool over = false;
	if (rule->kind == CT_EXTENT_PART && extent)
		over = __builtin_add_overflow(extent, rule->fixed, &extent);
	else if (rule->kind == CT_EXTENT_BITS && rule->fixed)
		over = __builtin_mul_overflow(extent, rule->fixed, &extent);
	return over ? UINT64_MAX : extent;
}

static uint64_t extent_of(const struct ct_plan *plan,
			  const struct ct_record *record,
			  const struct ct_memory *memory, size_t index,
			  bool at_return)
{
	const struct ct_extent_rule *rule =
	    &ct_plan_parameters(plan)[index].extent;
	uint64_t extent = rule->fixed;
	if (rule->length < plan->parameter_count) {
		extent = parameter_word(plan, record, rule->length);
		if (rule->length_is_pointer)
			extent = pointed_length(memory, extent);
		else if ((int64_t)extent < 0)
			extent = 0;
	}
	if (at_return && rule->by_result &&
	    record->flags & CT_RECORD_HAS_RESULT) {
		uint64_t result = result_word(plan, record);
		extent = extent < result ? extent : result;
	}
	if (rule->factor < plan->parameter_count &&
	    __builtin_mul_overflow(
		extent, parameter_word(plan, record, rule->factor), &extent))
		extent = UINT64_MAX;
	return rule->length < plan->parameter_count ? scale_extent(rule, extent)
						    : extent;
}

uint64_t ct_capture_extent(const struct ct_plan *plan,
			   const struct ct_record *record, size_t index,
			   bool at_return)
{
	struct ct_memory memory = at_return ? ct_record_exit_memory(record)
					    : ct_record_entry_memory(record);
	return extent_of(plan, record, &memory, index, at_return);
}

static void keep_terminated(struct capture *capture, uint64_t addr,
			    const struct ct_link *link)
{
	/* link: the outer pointer's; its shape is one pointer, with a link. */
	uint64_t word;
	uint64_t count = 0;
	size_t got;
	do {
		got = capture->memory->read(capture->memory->arg,
					    addr + count * 8, &word,
					    sizeof(word));
		/* One that cannot be read is kept as such. */
		count++;
	} while (got == sizeof(word) && word &&
		 count <= capture->plan->limits.array);
	if (link->kind == CT_LINK_OBJECT)
		follow_link(capture, link, addr, count, 0);
}

/* A parameter whose reach a rule says. */
static void follow_extent(struct capture *capture,
			  const struct ct_plan_parameter *parameter,
			  size_t index)
{
	const struct ct_plan *plan = capture->plan;
	const struct ct_link *link =
	    parameter->link_count ? ct_plan_links(plan) + parameter->first_link
				  : NULL;
	uint64_t addr = parameter_word(plan, capture->record, index);
	if (!addr || !plan->limits.depth)
		return;
	if (parameter->extent.kind == CT_EXTENT_TERMINATED) {
		if (link)
			keep_terminated(capture, addr, link);
		return;
	}
	uint64_t extent = extent_of(plan, capture->record, capture->memory,
				    index, capture->at_return);
	if (parameter->extent.kind == CT_EXTENT_PART && link &&
	    link->kind == CT_LINK_OBJECT) {
		follow_part(capture, link, addr, extent);
		return;
	}
	if (parameter->extent.kind == CT_EXTENT_BITS)
		extent = extent / 8 + (extent % 8 != 0);
	if (parameter->extent.kind == CT_EXTENT_COUNT && link &&
	    link->kind == CT_LINK_OBJECT) {
		if (extent > (uint64_t)plan->limits.array + 1)
			extent = (uint64_t)plan->limits.array + 1;
		if (extent)
			follow_link(capture, link, addr, extent, 0);
		return;
	}
	/* Wide characters that are counted are shown as an array. */
	bool is_wide =
	    parameter->extent.kind == CT_EXTENT_COUNT && link && link->unit > 1;
	uint64_t limit = is_wide ? plan->limits.array : plan->limits.string;
	if (extent > limit + 1)
		extent = limit + 1;
	if (is_wide)
		extent *= link->unit;
	if (extent > UINT32_MAX / 2)
		extent = UINT32_MAX / 2; /* too much for a record */
	if (extent)
		keep_blob(capture, addr, (uint32_t)extent, 0);
}

static void follow_parameter(struct capture *capture, size_t index)
{
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(capture->plan)[index];
	if (parameter->absent)
		return;
	if (parameter->extent.kind != CT_EXTENT_TYPE) {
		follow_extent(capture, parameter, index);
	} else {
		struct pending pending = {
		    sizeof(struct ct_record), capture->record->args_size,
		    parameter->first_link, parameter->link_count, 0};
		follow_links(capture, pending);
	}
}

static void copy_piece(const struct capture *capture,
		       const struct ct_regs *regs, const struct ct_copy *copy,
		       uint8_t *block)
{
	const struct ct_piece *piece = &copy->piece;
	uint8_t *to = block + copy->at;
	switch (piece->kind) {
	case CT_PIECE_GPR:
		memcpy(to, &regs->gpr[piece->reg], piece->size);
		break;
	case CT_PIECE_SSE:
		memcpy(to, regs->xmm[piece->reg], piece->size);
		break;
	case CT_PIECE_X87:
		memcpy(to, regs->st[piece->reg], piece->size);
		break;
	case CT_PIECE_CONST:
		memcpy(to, &piece->constant, piece->size);
		break;
	case CT_PIECE_STACK:
		/* The stack of a running thread is there; zeros if not. */
		capture->memory->read(
		    capture->memory->arg,
		    regs->gpr[CT_REG_RSP] +
			(uint64_t)(int64_t)piece->stack_offset,
		    to, piece->size);
		break;
	}
}

void ct_capture_entry(const struct ct_plan *plan, const struct ct_regs *regs,
		      const struct ct_memory *memory, size_t capacity,
		      struct ct_record *record)
{
	struct pending queue[QUEUE_MAX];
	struct capture capture = {
	    .plan = plan, .memory = memory, .queue = queue};
	capture.record = record;
	capture.capacity = capacity;

	record->flags = 0;
	record->changed = 0;
	record->args_size = plan->args_size;
	record->tail_count = 0;
	record->entry_blobs_size = 0;
	record->result_size = 0;
	record->exit_blobs_size = 0;
	uint8_t *args = record_bytes(&capture) + sizeof(*record);
	memset(args, 0, ct_pad8(plan->args_size));
	for (uint32_t i = 0; i < plan->copy_count; i++)
		copy_piece(&capture, regs, &ct_plan_copies(plan)[i], args);

	record->tail_count = ct_tail_capture(
	    plan, regs, memory, record,
	    (struct ct_tail_value *)(args + ct_pad8(plan->args_size)));
	capture.end =
	    (size_t)(ct_record_entry_blobs(record) - record_bytes(&capture));
	capture.blobs = capture.blobs_end = capture.end;
	for (uint32_t i = 0; i < plan->parameter_count; i++) {
		if (!ct_plan_parameters(plan)[i].input)
			continue;
		/* What is queued is of one kind. */
		if (capture.scatter != ct_plan_parameters(plan)[i].scatter)
			drain(&capture);
		capture.scatter = ct_plan_parameters(plan)[i].scatter;
		follow_parameter(&capture, i);
	}
	drain(&capture);
	capture.scatter = 0;
	for (uint32_t i = 0; i < record->tail_count; i++)
		keep_tail_text(
		    &capture,
		    (struct ct_tail_value *)(uintptr_t)ct_record_tail(record) +
			i);
	drain(&capture);
	record->entry_blobs_size = (uint32_t)(capture.end - capture.blobs);
	record->size = (uint32_t)capture.end;
}

uint64_t ct_capture_sret(const struct ct_plan *plan, const struct ct_regs *regs)
{
	return plan->sret_reg >= 0 ? regs->gpr[plan->sret_reg] : 0;
}

static void capture_result(struct capture *capture, const struct ct_regs *regs)
{
	const struct ct_plan *plan = capture->plan;
	struct ct_record *record = capture->record;
	uint8_t *result = record_bytes(capture) + capture->end;
	memset(result, 0, ct_pad8(plan->result_size));
	if (plan->result_indirect) {
		uint64_t addr = regs->gpr[CT_REG_RAX];
		if (capture->memory->read(capture->memory->arg, addr, result,
					  plan->result_size) <
		    plan->result_size)
			return;
	} else {
		for (uint32_t i = 0; i < plan->result_copy_count; i++)
			copy_piece(capture, regs,
				   &ct_plan_result_copies(plan)[i], result);
	}
	record->result_size = plan->result_size;
	record->flags |= CT_RECORD_HAS_RESULT;
	capture->end += ct_pad8(plan->result_size);
}

/*
 * Whether the call may have written there.  Of errors, only those of signals
 * leave something behind: the rest of a nanosleep(2), with EINTR or a result
 * that is for the kernel itself (include/linux/errno.h, from 512 on).
 */
static bool is_filled(const struct ct_plan *plan,
		      const struct ct_record *record, uint32_t index)
{
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[index];
	if (!parameter->output)
		return false;
	if (parameter->if_positive && !result_word(plan, record))
		return false;
	return !parameter->on_success ||
	       !(record->flags & CT_RECORD_HAS_ERRNO) ||
	       record->errno_value == EINTR || record->errno_value >= 512;
}

void ct_capture_exit(const struct ct_plan *plan, const struct ct_regs *regs,
		     const struct ct_memory *memory, size_t capacity,
		     struct ct_record *record)
{
	struct pending queue[QUEUE_MAX];
	struct capture capture = {
	    .plan = plan, .memory = memory, .queue = queue};
	capture.record = record;
	capture.capacity = capacity;
	capture.at_return = true;
	capture.end = record->size;
	if (capture.capacity - capture.end < ct_pad8(plan->result_size)) {
		record->flags |= CT_RECORD_CUT;
		return;
	}
	capture_result(&capture, regs);

	capture.blobs = capture.blobs_end = capture.end;
	for (uint32_t i = 0; i < plan->parameter_count; i++) {
		if (!is_filled(plan, record, i))
			continue;
		capture.changed = false;
		capture.scatter = ct_plan_parameters(plan)[i].scatter;
		capture.each_offset = ct_plan_parameters(plan)[i].each_offset;
		capture.arrived = result_word(plan, record);
		follow_parameter(&capture, i);
		drain(&capture);
		if (capture.changed && i < 64)
			record->changed |= 1ull << i;
	}
	capture.scatter = 0;
	/* Last: what it shares with a parameter is that one's change. */
	uint32_t result_at =
	    (uint32_t)(ct_record_result(record) - record_bytes(&capture));
	follow_links(&capture, (struct pending){result_at, record->result_size,
						plan->result_first_link,
						plan->result_link_count, 0});
	drain(&capture);
	record->exit_blobs_size = (uint32_t)(capture.end - capture.blobs);
	record->size = (uint32_t)capture.end;
}
