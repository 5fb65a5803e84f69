package satchel.core.support

import com.sun.jna.Library
import com.sun.jna.Native
import com.sun.jna.Pointer

/** The instruments of `bindings/mobile/probe`; only there when the tests run over that library. */
@Suppress("FunctionName")
interface Probe : Library {
    fun satchel_probe_live(): Long

    fun satchel_probe_allocated(): Long

    fun satchel_probe_panic()

    fun satchel_probe_vector(op: String, json: String): Pointer?

    fun satchel_probe_free(text: Pointer)

    companion object {
        val it: Probe by lazy {
            System.setProperty("jna.encoding", "UTF-8")
            Native.load("satchel_probe", Probe::class.java)
        }

        fun vector(op: String, json: String): String {
            val text = it.satchel_probe_vector(op, json) ?: throw AssertionError("$op panicked")
            return text.getString(0, "UTF-8").also { _ -> it.satchel_probe_free(text) }
        }
    }
}
