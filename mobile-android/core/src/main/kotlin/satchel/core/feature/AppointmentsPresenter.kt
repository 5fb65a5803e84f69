package satchel.core.feature

import satchel.core.AppointmentRequest
import satchel.core.AppointmentTime
import satchel.core.AppointmentView
import satchel.core.Vault
import satchel.core.session.Session

data class AppointmentsContent(
    val appointments: List<AppointmentView> = emptyList(),
    /** A desk's own link, once its intake is open. */
    val contact: String? = null,
)

/** Appointments, on the patient's side and at the desk: each view says what can be done. */
class AppointmentsPresenter(
    session: Session,
) : VaultPresenter<AppointmentsContent>(session, "appointments", AppointmentsContent()) {
    override fun isEmpty(content: AppointmentsContent) = content.appointments.isEmpty() && content.contact == null

    override fun read(vault: Vault, now: ULong, before: AppointmentsContent) =
        AppointmentsContent(vault.appointments(now), vault.contact())

    suspend fun openIntake() = command { vault, now -> vault.openIntake(now) }

    suspend fun ask(request: AppointmentRequest) = command { vault, now -> vault.askAppointment(request, now) }

    suspend fun offer(appointment: String, times: List<AppointmentTime>) =
        command { vault, now -> vault.offerTimes(appointment, times, now) }

    suspend fun accept(appointment: String, index: UInt) =
        command { vault, now -> vault.acceptTime(appointment, index, now) }

    suspend fun decline(appointment: String, explanation: String? = null) =
        command { vault, now -> vault.declineAppointment(appointment, explanation, now) }

    suspend fun move(appointment: String, start: ULong, end: ULong) =
        command { vault, now -> vault.moveAppointment(appointment, start, end, now) }

    suspend fun cancel(appointment: String, explanation: String? = null) =
        command { vault, now -> vault.cancelAppointment(appointment, explanation, now) }
}
