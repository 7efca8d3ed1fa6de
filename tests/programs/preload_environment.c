/* SPDX-License-Identifier: MIT */
/*
 * Prints all that the kernel has given a program, as the program sees it, and
 * whether libctester-agent.so is there (on stderr).
 *
 *     prog                 that
 *     prog MODE PROGRAM    becomes PROGRAM in an odd way:
 *       empty      without an environment
 *       loader     with variables alone that dynamic linkers read
 *       nothing    without arguments
 *       large      with 300 KB of arguments and 100 KB of environment
 */
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ, **__environ, **_environ;

static const char *early = "the constructor has not run";

__attribute__((constructor)) static void begin(int argc, char **argv,
					       char **envp)
{
	(void)argc;
	(void)argv;
	early = getenv("LD_PRELOAD");
	/* musl gives constructors nothing. */
	for (; envp && envp == environ && *envp; envp++)
		if (strncmp(*envp, "LD_PRELOAD=", 11) == 0)
			early = *envp;
}

static void print_auxv(char **envp)
{
	while (*envp)
		envp++;
	Elf64_auxv_t *entry = (Elf64_auxv_t *)(envp + 1);
	for (; entry->a_type != AT_NULL; entry++) {
		unsigned long type = entry->a_type;
		unsigned long value = entry->a_un.a_val;
		if (type == AT_IGNORE)
			continue;
		if (getauxval(type) != value && type != AT_HWCAP2 &&
		    type != AT_HWCAP)
			printf("auxv %lu: getauxval() disagrees\n", type);
		/* Addresses that differ from run to run. */
		if (type == AT_EXECFN || type == AT_PLATFORM)
			printf("auxv %lu %s\n", type, (char *)value);
		else
			printf("auxv %lu\n", type);
	}
}

static void print_proc(const char *name)
{
	char path[64];
	int c;
	snprintf(path, sizeof(path), "/proc/self/%s", name);
	FILE *file = fopen(path, "r");
	printf("%s:", name);
	while (file && (c = fgetc(file)) != EOF)
		putchar(c ? c : '\n');
	puts("");
	if (file)
		fclose(file);
}

static int tell(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	*(int *)arg |= strstr(info->dlpi_name, "ctester") != NULL;
	return 0;
}

static int become(const char *mode, char *program)
{
	static char big[100 << 10];
	static char variable[100 << 10];
	char *empty[] = {NULL};
	char *args[] = {program, "x", "y", "z", NULL};
	char *loader[] = {"LD_BIND_NOW=1", "GLIBC_TUNABLES=", NULL};
	memset(big, 'a', sizeof(big) - 1);
	memset(variable, 'b', sizeof(variable) - 1);
	memcpy(variable, "BIG=", 4);
	char *large_args[] = {program, big, big, big, NULL};
	char *large_env[] = {variable, "SMALL=1", NULL};
	if (strcmp(mode, "empty") == 0)
		execve(program, args, empty);
	if (strcmp(mode, "loader") == 0)
		execve(program, args + 2, loader);
	if (strcmp(mode, "nothing") == 0)
		execve(program, empty, empty);
	if (strcmp(mode, "large") == 0)
		execve(program, large_args, large_env);
	perror(program);
	return 1;
}

int main(int argc, char **argv, char **envp)
{
	int has_agent = 0;
	if (argc == 3)
		return become(argv[1], argv[2]);
	printf("environ %d %d %d\n", environ == envp, __environ == envp,
	       _environ == envp);
	printf("argv %d: %d %d\n", argc, !argv[argc], argv + argc + 1 == envp);
	for (int i = 0; i < argc; i++)
		printf("%s\n", argv[i]);
	for (char **at = envp; *at; at++)
		printf("%s\n", *at);
	printf("getenv %s, early %s\n", getenv("LD_PRELOAD"), early);
	printf("aligned %d\n", (int)((unsigned long)(argv - 1) & 15));
	print_auxv(envp);
	print_proc("environ");
	print_proc("cmdline");
	fflush(stdout);
	dl_iterate_phdr(tell, &has_agent);
	fprintf(stderr, "has the agent: %d\n", has_agent);
	return system("env") ? 1 : 42;
}
