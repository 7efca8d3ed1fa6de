/* SPDX-License-Identifier: MIT */
/* What a student was asked to write. */
#ifndef KIT_STUDENT_H
#define KIT_STUDENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Create file.txt, once, and return its descriptor. */
int create_file(void);

/* Open a file `count` times: '.' for each that can be, else 'F'. */
void open_often(const char *name, int count, char *pattern);

/* Read until the end or until there is no room. */
ssize_t read_all(int fd, char *text, size_t room);
ssize_t receive_all(int fd, char *text, size_t room);
ssize_t receive_from_all(int fd, char *text, size_t room);

struct node {
	struct node *next;
	int value;
};

/* At the front; 0, or -1 and the list as it was. */
int push(struct node **list, int value);
void destroy(struct node *list);

/* What a host's name stands for, as text, or what getaddrinfo says. */
const char *look_up(const char *host, char *text, size_t room);

/* In 4 threads, each of which adds 1 to *sum `count` times. */
int add_in_threads(int count, long *sum);

/* The status of a child that opens /dev/null. */
int open_in_child(void);

/* Try again, each time a second later; how often. */
int try_to_connect(int times);

#endif /* KIT_STUDENT_H */
