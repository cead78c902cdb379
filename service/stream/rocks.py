"""RocksDB for claims: point look-ups in bounded memory. Nothing here needs Faust."""

from __future__ import annotations

import functools

import rocksdict

WRITE_BUFFER = 16 * 1024 * 1024
"""Bytes of new claims kept in memory before they go to disk; there are at most two such buffers a partition."""

BLOCK_CACHE = 64 * 1024 * 1024
"""Bytes of blocks read from disk that are kept in memory, for all partitions of a process together."""

BLOOM_BITS = 10
"""Bits of the filters a key, about 1 % false alarms: most keys that a decision asks for are not there."""

_MEMTABLE_BLOOM = 0.05
"""Share of a write buffer that its own filter takes."""

_HASH_RATIO = 0.75
"""Fill of the hash index that each block carries, so that a key is found in it without a search."""


def claims_options() -> rocksdict.Options:
    """Return the options that a partition's database is opened with.

    Faust's defaults have a block cache of 2 GiB and filters of 3 bits a key, which let one miss in four through to
    the blocks.
    """
    options = rocksdict.Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_max_open_files(256)
    options.set_write_buffer_size(WRITE_BUFFER)
    options.set_max_write_buffer_number(2)
    options.set_memtable_whole_key_filtering(True)
    options.set_memtable_prefix_bloom_ratio(_MEMTABLE_BLOOM)
    options.set_keep_log_file_num(2)
    table = rocksdict.BlockBasedOptions()
    table.set_block_cache(_block_cache())
    table.set_bloom_filter(BLOOM_BITS, block_based=False)
    table.set_format_version(5)
    table.set_data_block_index_type(rocksdict.DataBlockIndexType.binary_and_hash())
    table.set_data_block_hash_ratio(_HASH_RATIO)
    options.set_block_based_table_factory(table)
    return options


@functools.cache
def packed_options() -> rocksdict.Options:
    """Return the options that files for the lowest level are written with: compaction may never come to them."""
    options = claims_options()
    options.set_compression_type(rocksdict.DBCompressionType.zstd())
    return options


@functools.cache
def _block_cache() -> rocksdict.Cache:
    return rocksdict.Cache(BLOCK_CACHE)
