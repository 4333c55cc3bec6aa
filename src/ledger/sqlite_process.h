/*
 * What SQLite is told once for the whole process, before its first connection: not to count the
 * memory it uses. Counting takes one lock at every allocation, and readers of all threads would
 * queue for it. Later calls do nothing; where SQLite is set up already (a test that counts
 * allocations itself), what stands stays.
 */
#pragma once

void sqlite_prepare_process(void);
