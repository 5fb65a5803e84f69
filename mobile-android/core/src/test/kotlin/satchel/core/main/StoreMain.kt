package satchel.core.main

import java.nio.file.Path
import satchel.core.Changes
import satchel.core.Put
import satchel.core.platform.FileStorage
import satchel.core.platform.StorageException

/** Opens a storage and says why not, or writes to it without end and says each generation that was acknowledged. */
object StoreMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val storage = try {
            FileStorage.open(Path.of(arguments[0]))
        } catch (error: StorageException) {
            return println(error.code)
        }
        println(storage.generation)
        if (arguments[1] != "loop") return
        while (true) {
            val next = storage.generation + 1uL
            val value = ByteArray(20_000) { next.toByte() }
            storage.store(Changes(next, listOf(Put("i-a", value), Put("i-b", value)), emptyList(), null, emptyList()))
            println(next)
            System.out.flush()
        }
    }
}
