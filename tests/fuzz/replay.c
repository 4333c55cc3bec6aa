/*
 * Runs a fuzz target over the files of a corpus, so that every input that was ever interesting is
 * an ordinary test under any compiler. Each argument is a file or a folder of files (not nested).
 *
 * Every input is copied into an allocation of exactly its size: a read past the end is then an
 * error that AddressSanitizer sees. No input at all is a failure, not a success.
 */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static unsigned replayed;

static int replay_stream(FILE *file, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (!data || fread(data, 1, size, file) != size) {
        free(data);
        return -1;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
    return 0;
}

static int replay_file(const char *path)
{
    struct stat info;
    FILE *file = fopen(path, "rb");
    int r = -1;
    if (file && fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode)) {
        r = replay_stream(file, (size_t)info.st_size);
    }
    if (file) {
        fclose(file);
    }
    if (r < 0) {
        fprintf(stderr, "cannot replay %s\n", path);
    }
    return r;
}

static int replay_folder(DIR *folder, const char *path)
{
    const struct dirent *entry;
    int r = 0;
    while (r == 0 && (entry = readdir(folder))) {
        char file[4096];
        if (entry->d_name[0] == '.') {
            continue;
        }
        int len = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        r = len > 0 && (size_t)len < sizeof(file) ? replay_file(file) : -1;
    }
    return r;
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return replay_file(path);
    }
    int r = replay_folder(folder, path);
    closedir(folder);
    return r;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (replay(argv[i]) < 0) {
            return 1;
        }
    }
    printf("%u inputs replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
