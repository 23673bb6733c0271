/* A disk that fills up or stops obeying, for one file, put between the program and the system.
 *
 * PASO_DISK_FILE   the end of the file's path, such as "main.db-wal"
 * PASO_DISK_FAULT  "full": writes fail with ENOSPC; "sync": fsync and fdatasync fail with EIO
 * PASO_DISK_AFTER  how many such calls succeed before all further ones fail
 *
 * SQLite reports the first as a full disk and the second as an I/O error; both happen in the middle
 * of a commit, which no fault inside the program can imitate.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

/* Whether a call of this kind on this descriptor is to fail now. */
static int fails(int fd, const char *fault)
{
    const char *file = getenv("PASO_DISK_FILE");
    const char *wanted = getenv("PASO_DISK_FAULT");
    const char *after = getenv("PASO_DISK_AFTER");
    if (!file || !wanted || !after || strcmp(fault, wanted) != 0)
        return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    size_t end = strlen(file);
    if ((size_t)length < end || strcmp(path + length - end, file) != 0)
        return 0;
    return atomic_fetch_add(&calls, 1) >= atol(after);
}

#define NEXT(name, type) \
    static type next;    \
    if (!next)           \
        next = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*write_t)(int, const void *, size_t);
typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
typedef ssize_t (*pwrite64_t)(int, const void *, size_t, off64_t);
typedef int (*sync_t)(int);

static ssize_t full(void)
{
    errno = ENOSPC;
    return -1;
}

static int disobeyed(void)
{
    errno = EIO;
    return -1;
}

ssize_t write(int fd, const void *data, size_t size)
{
    NEXT("write", write_t);
    return fails(fd, "full") ? full() : next(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    NEXT("pwrite", pwrite_t);
    return fails(fd, "full") ? full() : next(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    NEXT("pwrite64", pwrite64_t);
    return fails(fd, "full") ? full() : next(fd, data, size, offset);
}

int fsync(int fd)
{
    NEXT("fsync", sync_t);
    return fails(fd, "sync") ? disobeyed() : next(fd);
}

int fdatasync(int fd)
{
    NEXT("fdatasync", sync_t);
    return fails(fd, "sync") ? disobeyed() : next(fd);
}
