/* A machine that fails, for processes that this is preloaded into (LD_PRELOAD):
 *
 *   POWER_LIVE   a folder that is watched, with everything under it
 *   POWER_KEPT   where what a power cut would leave of it is kept
 *   DISK_FULL    while there is such a file, no file in the watched folder can be made longer
 *   CLOCK_SHIFT  a file with a number of seconds: so much does the clock on the wall go wrong
 *
 * What is kept:
 *   body/<key>   the content of a file when it was last given to fsync or fdatasync, and its length then
 *   names/<dir>  the names in a folder when that folder was last given to fsync: "<kind> <key> <name>\n"
 * A key is the number of the file and the moment of its birth, since numbers are given again.
 *
 * So a file that was written, made longer or cut off keeps its older content until somebody synchronises it,
 * whoever wrote it and however (write, pwrite, a map in memory): the whole file is compared, page by page.
 * A file that was made, renamed or deleted keeps its older name, or none, until its folder is synchronised.
 * sync_file_range makes nothing safe: it says nothing about the disk's own memory. Nor does closing a file.
 * The real synchronising is left out: nobody cuts the power here, and trials are quicker.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096
#define LONGEST (PATH_MAX + 128)

/* The path of an open file under the watched folder ("" for the folder itself); -1 if it is elsewhere. */
static int under(int file, char *rest) {
    const char *live = getenv("POWER_LIVE");
    char link[64], path[PATH_MAX];
    ssize_t length;
    size_t known;
    if (!live) return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return -1;
    path[length] = 0;
    known = strlen(live);
    if (strncmp(path, live, known) || (path[known] && path[known] != '/')) return -1;
    strcpy(rest, path[known] ? path + known + 1 : "");
    return 0;
}

static int key_of(int folder, const char *name, char *key, size_t size) {
    struct statx found;
    int how = AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH);
    if (statx(folder, name, how, STATX_INO | STATX_BTIME, &found)) return -1;
    snprintf(key, size, "%llu-%lld-%u", (unsigned long long)found.stx_ino,
             (long long)found.stx_btime.tv_sec, found.stx_btime.tv_nsec);
    return 0;
}

static int same(const char *one, const char *other, off_t from, off_t to) {
    return memcmp(one + from, other + from, (size_t)(to - from)) == 0;
}

static int copy(const char *from, off_t length, int to) {
    for (off_t at = 0; at < length;) {
        ssize_t done = pwrite(to, from + at, (size_t)(length - at), at);
        if (done < 0) return -1;
        at += done;
    }
    return ftruncate(to, length);
}

/* What is kept of a file becomes what it holds now; blocks that are the same are left alone. */
static int keep_body(int file, int kept) {
    struct stat now, before;
    char *new, *old;
    if (fstat(file, &now) || fstat(kept, &before)) return -1;
    if (now.st_size == 0) return ftruncate(kept, 0);
    if (before.st_size < now.st_size && ftruncate(kept, now.st_size)) return -1;
    new = mmap(NULL, (size_t)now.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (new == MAP_FAILED) return -1;
    old = mmap(NULL, (size_t)now.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, kept, 0);
    if (old == MAP_FAILED) {
        int said = copy(new, now.st_size, kept);
        munmap(new, (size_t)now.st_size);
        return said;
    }
    for (off_t at = 0; at < now.st_size; at += BLOCK) {
        off_t end = at + BLOCK < now.st_size ? at + BLOCK : now.st_size;
        if (!same(new, old, at, end)) memcpy(old + at, new + at, (size_t)(end - at));
    }
    munmap(old, (size_t)now.st_size);
    munmap(new, (size_t)now.st_size);
    return ftruncate(kept, now.st_size);
}

/* A file that somebody opened only to write to cannot be read through: it is opened once more. */
static int readable(int file) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return open(link, O_RDONLY | O_CLOEXEC);
}

static int keep_file(int file) {
    char key[96], path[LONGEST];
    int kept, source, said = -1;
    if (key_of(file, "", key, sizeof key)) return -1;
    snprintf(path, sizeof path, "%s/body/%s", getenv("POWER_KEPT"), key);
    source = readable(file);
    if (source < 0) return -1;
    kept = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (kept >= 0) {
        flock(kept, LOCK_EX); /* two processes may synchronise one file */
        said = keep_body(source, kept);
        close(kept);
    }
    close(source);
    return said;
}

static int write_names(int folder, FILE *list) {
    struct dirent *entry;
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *open_folder = again < 0 ? NULL : fdopendir(again);
    if (!open_folder) return -1;
    while ((entry = readdir(open_folder))) {
        struct stat found;
        char key[96];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(folder, entry->d_name, &found, AT_SYMLINK_NOFOLLOW)) continue; /* gone meanwhile */
        if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) continue;
        if (key_of(folder, entry->d_name, key, sizeof key)) continue;
        fprintf(list, "%c %o %s %s\n", S_ISDIR(found.st_mode) ? 'd' : 'f',
                (unsigned)(found.st_mode & 07777), key, entry->d_name);
    }
    closedir(open_folder);
    return 0;
}

static int keep_folder(int folder, const char *rest) {
    char name[LONGEST], path[2 * LONGEST], new[2 * LONGEST + 16];
    FILE *list;
    int said;
    snprintf(name, sizeof name, "top/%s", rest);
    for (char *sign = name; *sign; sign++)
        if (*sign == '/') *sign = '|';
    snprintf(path, sizeof path, "%s/names/%s", getenv("POWER_KEPT"), name);
    snprintf(new, sizeof new, "%s.%d", path, (int)getpid());
    list = fopen(new, "we");
    if (!list) return -1;
    said = write_names(folder, list);
    if (fclose(list)) said = -1;
    return said ? said : rename(new, path);
}

static int synchronise(int file) {
    char rest[PATH_MAX];
    struct stat found;
    int said = 0, errors = errno;
    if (fstat(file, &found)) return -1; /* as the real one says it: EBADF */
    if (!getenv("POWER_KEPT") || under(file, rest)) return 0;
    if (S_ISREG(found.st_mode)) said = keep_file(file);
    if (S_ISDIR(found.st_mode)) said = keep_folder(file, rest);
    if (said) {
        errno = EIO;
        return -1;
    }
    errno = errors;
    return 0;
}

int fsync(int file) { return synchronise(file); }

int fdatasync(int file) { return synchronise(file); }

int sync_file_range(int file, off64_t offset, off64_t length, unsigned int flags) {
    struct stat found;
    (void)offset, (void)length, (void)flags;
    return fstat(file, &found);
}

/* Whether writing there would make a file longer for which there is no space. */
static int has_no_space(int file, off64_t at, size_t length) {
    const char *full = getenv("DISK_FULL");
    char rest[PATH_MAX];
    struct stat found;
    if (!full || access(full, F_OK)) return 0;
    if (fstat(file, &found) || !S_ISREG(found.st_mode) || at + (off64_t)length <= found.st_size) return 0;
    return under(file, rest) == 0;
}

static int refuse(void) {
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    if (has_no_space(file, at, length)) return refuse();
    return syscall(SYS_pwrite64, file, bytes, length, at);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    return pwrite64(file, bytes, length, at);
}

ssize_t write(int file, const void *bytes, size_t length) {
    off_t at = getenv("DISK_FULL") ? lseek(file, 0, SEEK_CUR) : 0;
    if (at >= 0 && getenv("DISK_FULL") && has_no_space(file, at, length)) return refuse();
    return syscall(SYS_write, file, bytes, length);
}

int posix_fallocate64(int file, off64_t at, off64_t length) {
    if (has_no_space(file, at, (size_t)length)) return ENOSPC;
    return syscall(SYS_fallocate, file, 0, at, length) ? errno : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int said = (int)syscall(SYS_clock_gettime, clock, now);
    const char *shift = getenv("CLOCK_SHIFT");
    char text[32] = "";
    int file;
    if (said || !shift || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return said;
    file = open(shift, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        if (read(file, text, sizeof text - 1) > 0) now->tv_sec += atol(text);
        close(file);
    }
    return 0;
}

time_t time(time_t *also) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (also) *also = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec whole;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &whole);
    now->tv_sec = whole.tv_sec;
    now->tv_usec = whole.tv_nsec / 1000;
    return 0;
}
