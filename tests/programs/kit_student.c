/* SPDX-License-Identifier: MIT */
/* A student's answer; with -DWRONG a wrong one. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit_student.h"

int create_file(void)
{
#ifdef WRONG
	close(open("file.txt", O_RDWR | O_CREAT, S_IRUSR));
#endif
	return open("file.txt", O_RDWR | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
}

void open_often(const char *name, int count, char *pattern)
{
	for (int i = 0; i < count; i++) {
		int fd = open(name, O_RDONLY);
		pattern[i] = fd < 0 ? 'F' : '.';
		if (fd >= 0)
			close(fd);
	}
	pattern[count] = '\0';
}

ssize_t read_all(int fd, char *text, size_t room)
{
	size_t done = 0;
	ssize_t count = 1;
#ifdef WRONG
	return read(fd, text, room);
#endif
	while (done < room && (count = read(fd, text + done, room - done)) > 0)
		done += (size_t)count;
	return count < 0 ? -1 : (ssize_t)done;
}

ssize_t receive_all(int fd, char *text, size_t room)
{
	size_t done = 0;
	ssize_t count = 1;
	while (done < room &&
	       (count = recv(fd, text + done, room - done, 0)) > 0)
		done += (size_t)count;
	return count < 0 ? -1 : (ssize_t)done;
}

ssize_t receive_from_all(int fd, char *text, size_t room)
{
	size_t done = 0;
	ssize_t count = 1;
	while (done < room && (count = recvfrom(fd, text + done, room - done, 0,
						NULL, NULL)) > 0)
		done += (size_t)count;
	return count < 0 ? -1 : (ssize_t)done;
}

int push(struct node **list, int value)
{
	struct node *node = malloc(sizeof(*node));
#ifndef WRONG
	if (!node)
		return -1;
#endif
	node->next = *list;
	node->value = value;
	*list = node;
	return 0;
}

void destroy(struct node *list)
{
	while (list) {
		struct node *next = list->next;
		free(list);
#ifdef WRONG
		free(list);
#endif
		list = next;
	}
}

const char *look_up(const char *host, char *text, size_t room)
{
	struct addrinfo hints = {.ai_family = AF_INET,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int error = getaddrinfo(host, "80", &hints, &list);
	if (error)
		return gai_strerror(error);
	const struct sockaddr_in *found = (const void *)list->ai_addr;
	inet_ntop(AF_INET, &found->sin_addr, text, (socklen_t)room);
#ifndef WRONG
	freeaddrinfo(list);
#endif
	return text;
}

struct work {
	int count;
	long *sum;
	pthread_mutex_t *mutex;
};

static void *add(void *arg)
{
	const struct work *work = arg;
	for (int i = 0; i < work->count; i++) {
		if (pthread_mutex_lock(work->mutex))
			return arg;
		*work->sum += 1;
		pthread_mutex_unlock(work->mutex);
	}
	return NULL;
}

int add_in_threads(int count, long *sum)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct work work = {count, sum, &mutex};
	pthread_t threads[4];
	void *failed = NULL, *result = NULL;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, add, &work);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		failed = result ? result : failed;
	}
	return failed ? -1 : 0;
}

int open_in_child(void)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		_exit(open("/dev/null", O_RDONLY) < 0 ? errno : 0);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int try_to_connect(int times)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(7),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), tried = 0;
	if (fd < 0)
		return -1;
	while (++tried < times &&
	       connect(fd, (struct sockaddr *)&to, sizeof(to)))
		sleep(1);
	close(fd);
	return tried;
}
