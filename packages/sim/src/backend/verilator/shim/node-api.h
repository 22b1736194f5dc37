// The part of Node-API (https://nodejs.org/api/n-api.html) that the addon uses, declared so that no headers are needed.
// Invariant: only functions of version 1 to 8 of its stable ABI.

#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
typedef struct napi_callback_info__* napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
typedef void (*napi_finalize)(napi_env, void*, void*);
int napi_get_cb_info(napi_env, napi_callback_info, std::size_t*, napi_value*, napi_value*, void**);
int napi_create_function(napi_env, const char*, std::size_t, napi_callback, void*, napi_value*);
int napi_create_object(napi_env, napi_value*);
int napi_set_named_property(napi_env, napi_value, const char*, napi_value);
int napi_create_external_arraybuffer(napi_env, void*, std::size_t, napi_finalize, void*, napi_value*);
int napi_detach_arraybuffer(napi_env, napi_value);
int napi_get_arraybuffer_info(napi_env, napi_value, void**, std::size_t*);
int napi_create_uint32(napi_env, std::uint32_t, napi_value*);
int napi_get_value_uint32(napi_env, napi_value, std::uint32_t*);
int napi_create_string_utf8(napi_env, const char*, std::size_t, napi_value*);
int napi_get_value_string_utf8(napi_env, napi_value, char*, std::size_t, std::size_t*);
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env, napi_value);
}
