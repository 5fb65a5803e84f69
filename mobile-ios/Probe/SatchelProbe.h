// What `bindings/mobile/probe` adds to the library that the tests load: never part of what is shipped.
#pragma once

#include <stdint.h>

int64_t satchel_probe_live(void);
int64_t satchel_probe_allocated(void);
void satchel_probe_panic(void);
char *satchel_probe_vector(const char *op, const char *json);
void satchel_probe_free(char *text);
