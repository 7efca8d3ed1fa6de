/* SPDX-License-Identifier: MIT */
/*
 * Hooked calls that are interrupted at any instruction, by handlers that call
 * hooked functions themselves, on any stack, and that need not return.  What
 * is recorded must be whole, each record's second argument follows from its
 * first; none is there twice; and none is missing that is not counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "paired_calls.h"
#include "sanitizer.h"

enum {
	HANDLED = 500, /* signals of each storm */
	HANDLED_LONG = 20000,
	EVERY_US = 40,
	DEEP = 12, /* handlers in each other */
	SEQS = 1 << 23,
	SMALL_STACK = 64 << 10,
	ALTERNATE_STACK = 1 << 20,
};

/* ---- what a record must say */

static size_t seen, unfinished;
static uint8_t seqs[SEQS / 8];

/* In another thread, or a handler, cmocka's own cannot say it. */
#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#condition);                               \
			abort();                                           \
		}                                                          \
	} while (0)

static void check_record(void *arg, struct ct_record *record, size_t size)
{
	uint32_t which = paired_function(record);
	(void)arg;
	CHECK(which < FUNCTIONS);
	CHECK(!ct_record_check(record, size, plans[which]));
	CHECK(record->pid == getpid());
	CHECK(agent_is_program(record->caller));
	CHECK(record->seq < SEQS);
	CHECK(!(seqs[record->seq / 8] >> record->seq % 8 & 1));
	seqs[record->seq / 8] |= (uint8_t)(1 << record->seq % 8);
	CHECK(paired_is_whole(record));
	seen++;
	unfinished += record->outcome == CT_OUTCOME_UNFINISHED;
}

/* GDB's side, while the program runs. */
static _Atomic bool is_over;

static void *read_all(void *arg)
{
	(void)arg;
	while (!is_over) {
		ct_drain_read(agent.drain, check_record, NULL);
		ct_drain_wait(agent.drain, 10);
	}
	return NULL;
}

/* ---- handlers */

struct storm {
	int flags;
	bool leaves, forks, nests;
	int threads;
};

static struct storm storm;
static _Atomic long made, handled, left, passed;
static __thread volatile int depth;
static __thread volatile int leaving;
static __thread sigjmp_buf out_of_handler;

static void call_all(long n)
{
	made += 5;
	long result = mocked(n, ~n);
	CHECK(result == MOCKED || result == -1);
	passed += result == -1;
	CHECK(traced(n, ~n) == -1);
	CHECK(traced_text(PAIRED_TEXT, n) == PAIRED_TEXT[0] + n);
	CHECK(outer(n, ~n) == -1);
}

static void call_in_child(long n)
{
	int status;
	/* fork() is not for handlers that interrupt each other. */
	pid_t child = (pid_t)syscall(SYS_fork);
	if (!child) {
		traced(n, ~n);
		_exit(mocked(n, ~n) != n + ~n); /* nothing is hooked there */
	}
	while (waitpid(child, &status, 0) < 0)
		CHECK(errno == EINTR);
	CHECK(status == 0);
}

static void on_signal(int number)
{
	int saved = errno;
	(void)number;
	if (depth >= DEEP) {
		handled++;
		return;
	}
	long n = handled++;
	depth++;
	call_all(n);
	if (storm.forks && n % 16 == 0)
		call_in_child(n);
	/* Those in between are left, too. */
	if (storm.leaves && n % 4 == 0 && leaving) {
		left += depth;
		depth = 0;
		siglongjmp(out_of_handler, 1);
	}
	depth--;
	errno = saved;
}

static void block_all(int how)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(how, &all, NULL);
}

static void call_until(long most)
{
	volatile long n = 0;
	char *alternate = malloc(ALTERNATE_STACK);
	const stack_t stack = {.ss_sp = alternate, .ss_size = ALTERNATE_STACK};
	const stack_t none = {.ss_flags = SS_DISABLE};
	sigaltstack(&stack, NULL);
	/* With the mask, more and more handlers could come before it leaves. */
	if (sigsetjmp(out_of_handler, 0))
		block_all(SIG_UNBLOCK);
	leaving = 1;
	while (handled < most)
		call_all(n++);
	leaving = 0;
	sigaltstack(&none, NULL);
	free(alternate);
}

static void *call_in_thread(void *arg)
{
	call_until(*(const long *)arg);
	return NULL;
}

/* Signals from everywhere: two timers, and a thread that sends them to the
 * threads in turn. */
struct sender {
	pthread_t to[4];
	int count;
	long most;
};

static void *send_signals(void *arg)
{
	const struct sender *sender = arg;
	for (int i = 0; handled < sender->most; i++) {
		long before = handled;
		pthread_kill(sender->to[i % sender->count], SIGUSR1);
		for (int j = 0; j < 200 && handled == before; j++)
			sched_yield();
	}
	return NULL;
}

static void run_storm(long most)
{
	const struct itimerval often = {{0, EVERY_US}, {0, EVERY_US}};
	const struct itimerval never = {{0, 0}, {0, 0}};
	struct sender sender = {{pthread_self()}, 1, most};
	pthread_t reader, sends;
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, SMALL_STACK * 4);
	is_over = false;
	block_all(SIG_BLOCK);
	pthread_create(&reader, NULL, read_all, NULL);
	block_all(SIG_UNBLOCK);
	for (; sender.count <= storm.threads; sender.count++)
		pthread_create(&sender.to[sender.count], &small, call_in_thread,
			       &sender.most);
	block_all(SIG_BLOCK);
	pthread_create(&sends, NULL, send_signals, &sender);
	block_all(SIG_UNBLOCK);
	/* Those that interrupt themselves come one at a time: a stack has an
	 * end. */
	if (!(storm.flags & SA_NODEFER)) {
		setitimer(ITIMER_REAL, &often, NULL);
		setitimer(ITIMER_VIRTUAL, &often, NULL);
	}
	call_until(most);
	setitimer(ITIMER_REAL, &never, NULL);
	setitimer(ITIMER_VIRTUAL, &never, NULL);
	pthread_join(sends, NULL);
	for (int i = 1; i < sender.count; i++)
		pthread_join(sender.to[i], NULL);
	is_over = true;
	pthread_join(reader, NULL);
}

static void handle_signals(int flags)
{
	static const int numbers[] = {SIGALRM, SIGVTALRM, SIGUSR1};
	for (size_t i = 0; i < 3; i++) {
		struct sigaction action = {.sa_flags = flags};
		action.sa_handler = on_signal;
		if (!storm.nests)
			sigfillset(&action.sa_mask);
		sigaction(numbers[i], &action, NULL);
	}
}

static void survive(struct storm what)
{
	/* ASan's siglongjmp() takes locks, which a handler that is left would
	 * keep. */
	if (UNDER_ASAN && what.leaves)
		skip();
	paired_start(CT_RING_LOSSLESS);
	storm = what;
	made = handled = left = passed = 0;
	seen = unfinished = 0;
	memset(seqs, 0, sizeof(seqs));
	/* cmocka's handlers know nothing of other threads and stacks. */
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		signal(fatal[i], SIG_DFL);
	handle_signals(what.flags);
	long most = getenv("CTESTER_LONG") ? HANDLED_LONG : HANDLED;
	run_storm(what.flags & SA_NODEFER ? most / 5 : most);
	ct_drain_read(agent.drain, check_record, NULL);
	/* What was left last is noticed now. */
	call_all(-1);
	ct_drain_read(agent.drain, check_record, NULL);
	ct_drain_unfinished(agent.drain, 0, check_record, NULL);
	assert_int_equal(ct_drain_lost(agent.drain), 0);
	uint64_t unseen = ct_drain_unseen(agent.drain);
	/* What is too nested is not mocked. */
	assert_in_range(passed, 0, unseen);
	/* Who is left has not made all of its five calls. */
	assert_in_range(seen + unseen, made > 10 * left ? made - 10 * left : 0,
			made);
	if (!left)
		assert_int_equal(unfinished, 0);
	for (int i = 0; i < FUNCTIONS; i++)
		assert_int_equal(targets[i]->lock, 0);
	paired_stop();
}

#define SURVIVES(name, ...)                           \
	static void name(void **state)                \
	{                                             \
		(void)state;                          \
		survive((struct storm){__VA_ARGS__}); \
	}

SURVIVES(handlers_call, .flags = 0)
SURVIVES(handlers_nest, .nests = true)
SURVIVES(handlers_interrupt_themselves, .flags = SA_NODEFER, .nests = true)
SURVIVES(handlers_have_a_stack, .flags = SA_ONSTACK, .nests = true)
SURVIVES(handlers_leave, .leaves = true, .nests = true)
SURVIVES(handlers_leave_their_stack, .flags = SA_ONSTACK, .leaves = true,
	 .nests = true)
SURVIVES(handlers_leave_each_other, .flags = SA_NODEFER, .leaves = true,
	 .nests = true)
SURVIVES(handlers_fork, .forks = true, .nests = true)
SURVIVES(handlers_in_threads, .nests = true, .threads = 3)
SURVIVES(handlers_leave_in_threads, .leaves = true, .nests = true, .threads = 3)
SURVIVES(handlers_have_stacks_in_threads, .flags = SA_ONSTACK | SA_NODEFER,
	 .leaves = true, .nests = true, .threads = 2)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handlers_call),
	    cmocka_unit_test(handlers_nest),
	    cmocka_unit_test(handlers_interrupt_themselves),
	    cmocka_unit_test(handlers_have_a_stack),
	    cmocka_unit_test(handlers_leave),
	    cmocka_unit_test(handlers_leave_their_stack),
	    cmocka_unit_test(handlers_leave_each_other),
	    cmocka_unit_test(handlers_fork),
	    cmocka_unit_test(handlers_in_threads),
	    cmocka_unit_test(handlers_leave_in_threads),
	    cmocka_unit_test(handlers_have_stacks_in_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
