package satchel.core.platform

import satchel.core.Changes
import satchel.core.Entry
import satchel.core.Put

/**
 * Encrypted entries of one vault, used by one process at a time.
 *
 * A [Changes] is stored whole or not at all, only over the generation before it, and durable on return. What is stored is ciphertext.
 */
interface Storage : AutoCloseable {
    /** The generation last stored; 0 when nothing was. */
    val generation: ULong

    /** Header and index: what the vault is opened with. */
    fun index(): List<Entry>

    /** The entries of these names; one that is not stored has no value. */
    fun load(keys: List<String>): List<Entry>

    /** Stores a change in one transaction. Fails with `vault.conflict`, `cli.disk_full`, `cli.store`. */
    fun store(changes: Changes)

    /** Replaces one entry outside the count of generations: the header, when the passphrase changes. */
    fun replace(put: Put)
}

/** Why a storage refused. */
class StorageException(
    val code: String,
    override val message: String,
    val params: Map<String, String> = emptyMap(),
) : Exception(message)

/** Whether an entry belongs to what a vault is opened with. */
internal fun isIndex(key: String) = key.startsWith('h') || key.startsWith('i')
