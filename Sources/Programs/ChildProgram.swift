import CLinux
import Glibc
import Synchronization

/// A program that was started from here. It is waited for once, and whoever signals it meets no other that has its number by then.
package final class ChildProgram: Sendable {
    package struct Ending: Sendable {
        /// Nothing where a signal ended it.
        package var code: Int32?
        package var signal: Int32?
        /// Largest resident size.
        package var bytes: Int64
    }

    package struct NotStarted: Error {
        package var code: Int32
        package var detail: String { String(cString: strerror(code)) }
    }

    private struct State {
        /// Nothing once it is over.
        var id: pid_t?
        var wasSignalled = false
    }

    private let state: Mutex<State>
    private let leadsGroup: Bool

    /// - Parameters:
    ///   - arguments: the first is its name, as programs expect it.
    ///   - environment: the whole of it.
    ///   - folder: in which it begins; nothing: in ours.
    ///   - leadsGroup: signals reach what it started, too.
    ///   - descriptors: what it has under which number; those below 0 are left out, and nothing else is passed on.
    package init(_ path: String, arguments: [String], environment: [String: String], folder: String? = nil, leadsGroup: Bool = false, descriptors: [(own: Int32, child: Int32)]) throws(NotStarted) {
        self.leadsGroup = leadsGroup
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        // Copies far up, so that none is overwritten by another's place.
        let copies = descriptors.filter { $0.own >= 0 }.map { (own: fcntl($0.own, F_DUPFD_CLOEXEC, 64), child: $0.child) }
        defer {
            for copy in copies where copy.own >= 0 { close(copy.own) }
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for copy in copies { posix_spawn_file_actions_adddup2(&actions, copy.own, copy.child) }
        if let folder {
            let code = clinux_begin_in(&actions, folder)
            guard code == 0 else { throw NotStarted(code: code) }
        }
        // Threads of the pool block signals and a run ignores some; a child would inherit that, and could not be asked to end.
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXCPU] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)))
        let call = arguments.map { strdup($0) } + [nil], variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in call + variables { free(pointer) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, path, &actions, &attributes, call, variables)
        guard code == 0 else { throw NotStarted(code: code) }
        state = Mutex(State(id: started))
    }

    package func signal(_ number: Int32) {
        state.withLock { state in
            guard let id = state.id else { return }
            state.wasSignalled = true
            // Once each: a second signal would interrupt what it does about the first. It may have left the group that it was given.
            if leadsGroup, kill(-id, number) == 0 { return }
            kill(id, number)
        }
    }

    /// Blocks the thread until it is over. To be called once.
    package func waitForEnd() -> Ending {
        var facts = siginfo_t(), status: Int32 = 0, used = rusage()
        let child = state.withLock { $0.id ?? -1 }
        // Seen first and fetched then: in between nobody signals a number that is another's already.
        while waitid(P_PID, id_t(child), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        state.withLock { state in
            // What it began and did not end, where it was to stop; else that is meant to go on.
            if leadsGroup, state.wasSignalled { kill(-child, SIGKILL) }
            while wait4(child, &status, 0, &used) < 0, errno == EINTR {}
            state.id = nil
        }
        let signal = status & 0x7F
        return Ending(code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal, bytes: Int64(used.ru_maxrss) * 1_024)
    }
}
