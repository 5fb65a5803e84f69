package satchel.core.support

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import kotlin.concurrent.thread

/** A folder that is gone when the program ends. */
fun scratch(): Path = Files.createTempDirectory("satchel-kotlin-").also { folder ->
    Runtime.getRuntime().addShutdownHook(thread(start = false) { folder.toFile().deleteRecursively() })
}

/** The same program in a process of its own, with another main. */
fun childOf(main: String, vararg arguments: String): ProcessBuilder {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    val properties = listOf("jna.library.path", "uniffi.component.satchel.libraryOverride")
        .mapNotNull { name -> System.getProperty(name)?.let { "-D$name=$it" } }
    val command = listOf(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1") + properties +
        listOf("-cp", System.getProperty("java.class.path"), main) + arguments
    return ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
}

/** The repository's folder. */
val repository: Path = System.getenv("SATCHEL_ROOT")?.let(Path::of)
    ?: generateSequence(File("").absoluteFile.toPath()) { it.parent }.first { Files.exists(it.resolve("tests/vectors")) }
