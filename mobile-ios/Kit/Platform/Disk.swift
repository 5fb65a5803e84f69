import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that survive a crash: written beside their place, forced to the disk, renamed into place.
enum Disk {
    /// A folder that only its owner can enter.
    static func makeFolder(_ folder: URL) throws {
        let access: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: access)
        } catch {
            throw Problem("cli.file", ["path": folder.lastPathComponent])
        }
        #if os(iOS)
            // Entries are readable only while the device is unlocked; they are ciphertext all the same.
            let protection: [FileAttributeKey: Any] = [.protectionKey: FileProtectionType.complete]
            try? FileManager.default.setAttributes(protection, ofItemAtPath: folder.path)
        #endif
    }

    /// Writes a new file that only its owner can read, durable on return.
    static func write(_ bytes: Data, to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem() }
        var closed = false
        defer { if !closed { close(descriptor) } }
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                // The compiler knows that a count above zero has a base address; the language does not.
                guard let base = buffer.baseAddress else { break }
                #if canImport(Darwin)
                    let written = Darwin.write(descriptor, base + done, buffer.count - done)
                #else
                    let written = Glibc.write(descriptor, base + done, buffer.count - done)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    throw problem()
                }
                done += written
            }
        }
        try force(descriptor)
        closed = true
        guard close(descriptor) == 0 else { throw problem() }
    }

    /// Gives a file its name, replacing what had it.
    static func rename(_ file: URL, to name: URL) throws {
        #if canImport(Darwin)
            let result = Darwin.rename(file.path, name.path)
        #else
            let result = Glibc.rename(file.path, name.path)
        #endif
        guard result == 0 else { throw problem() }
    }

    /// Removes a file; one that is not there is as good.
    static func remove(_ file: URL) throws {
        guard unlink(file.path) == 0 || errno == ENOENT else { throw problem() }
    }

    /// Makes renames and removals in a folder durable.
    static func sync(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem() }
        defer { close(descriptor) }
        try force(descriptor)
    }

    /// The whole file, or nothing when it is not there.
    static func read(_ file: URL) throws -> Data? {
        do {
            return try Data(contentsOf: file)
        } catch {
            if FileManager.default.fileExists(atPath: file.path) { throw Problem("cli.store") }
            return nil
        }
    }

    /// Takes the exclusive lock of a folder, held until the descriptor is closed.
    static func lock(_ file: URL) throws -> Int32 {
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem() }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let taken = errno == EWOULDBLOCK
            close(descriptor)
            throw Problem(taken ? "cli.locked" : "cli.file")
        }
        return descriptor
    }

    /// Ends this process without a word to anybody.
    static func die() {
        kill(getpid(), SIGKILL)
    }

    static func unlock(_ descriptor: Int32) {
        close(descriptor)
    }

    private static func force(_ descriptor: Int32) throws {
        #if canImport(Darwin)
            // A plain fsync leaves the data in the drive's own memory there.
            guard fcntl(descriptor, F_FULLFSYNC) == 0 || fsync(descriptor) == 0 else { throw problem() }
        #else
            guard fsync(descriptor) == 0 else { throw problem() }
        #endif
    }

    private static func problem() -> Problem {
        Problem(errno == ENOSPC || errno == EDQUOT ? "cli.disk_full" : "cli.store")
    }
}
