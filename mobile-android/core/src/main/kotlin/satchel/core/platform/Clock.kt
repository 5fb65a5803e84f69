package satchel.core.platform

/** What time it is, as the vault is told: seconds since 1970. */
fun interface Clock {
    fun now(): ULong

    companion object {
        val system = Clock { (System.currentTimeMillis() / 1000).toULong() }
    }
}
