/* SPDX-License-Identifier: MIT */
/* The queue of records between the server and who drains it. */
#include <stdlib.h>
#include <unistd.h>

#include "process/notify.h"

static size_t record_size(size_t payload_size)
{
	return (sizeof(struct ct_notify_record) + payload_size + 7) &
	       ~(size_t)7;
}

static struct ct_notify_chunk *take_chunk(struct ct_notify_queue *queue)
{
	struct ct_notify_chunk *chunk = queue->spare;
	queue->spare = NULL;
	if (!chunk) {
		chunk = malloc(sizeof(*chunk) + CT_NOTIFY_CHUNK);
		if (!chunk)
			return NULL;
		chunk->capacity = CT_NOTIFY_CHUNK;
	}
	chunk->next = NULL;
	chunk->size = 0;
	return chunk;
}

struct ct_notify_record *ct_notify_queue_room(struct ct_notify_queue *queue,
					      size_t payload_size)
{
	size_t size = record_size(payload_size);
	struct ct_notify_chunk *last = queue->last;
	if (queue->size + size > queue->limit)
		return NULL;
	if (!last || last->capacity - last->size < size) {
		last = take_chunk(queue);
		if (!last)
			return NULL;
		if (queue->last)
			queue->last->next = last;
		else
			queue->first = last;
		queue->last = last;
	}
	return (struct ct_notify_record *)(last->bytes + last->size);
}

void ct_notify_queue_put(struct ct_notify_queue *queue, size_t payload_size)
{
	size_t size = record_size(payload_size);
	queue->last->size += size;
	queue->size += size;
	queue->count++;
}

static void free_chunks(struct ct_notify_chunk *chunk)
{
	while (chunk) {
		struct ct_notify_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
}

void ct_notify_queue_deinit(struct ct_notify_queue *queue)
{
	free_chunks(queue->first);
	free(queue->spare);
	*queue = (struct ct_notify_queue){.limit = queue->limit};
}

static size_t walk_chunk(const struct ct_notify_chunk *chunk,
			 void (*each)(void *arg,
				      const struct ct_notify_record *record),
			 void *arg)
{
	size_t count = 0;
	for (size_t at = 0; at < chunk->size; count++) {
		const struct ct_notify_record *record =
		    (const struct ct_notify_record *)(chunk->bytes + at);
		at += record_size(record->answer.payload_size);
		if (each)
			each(arg, record);
	}
	return count;
}

size_t ct_notify_drain(struct ct_notify *notify,
		       void (*each)(void *arg,
				    const struct ct_notify_record *record),
		       void *arg)
{
	uint64_t woken;
	/* First: who puts a record in from now on, wakes again. */
	if (read(notify->wake_fd, &woken, sizeof(woken)) < 0)
		woken = 0;
	pthread_mutex_lock(&notify->lock);
	struct ct_notify_chunk *chunk = notify->queue.first;
	notify->queue.first = notify->queue.last = NULL;
	notify->queue.size = notify->queue.count = 0;
	notify->is_woken = false;
	pthread_mutex_unlock(&notify->lock);

	size_t count = 0;
	while (chunk) {
		struct ct_notify_chunk *next = chunk->next;
		count += walk_chunk(chunk, each, arg);
		pthread_mutex_lock(&notify->lock);
		if (!notify->queue.spare) {
			notify->queue.spare = chunk;
			chunk = NULL;
		}
		pthread_mutex_unlock(&notify->lock);
		free(chunk);
		chunk = next;
	}
	return count;
}
