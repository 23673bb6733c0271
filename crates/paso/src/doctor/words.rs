//! The doctor's words: what is so, and what to do.

use super::judge::{Finding, Health, Setting};
use crate::cli::Language;
use paso_service::ceremony::KeyPurpose;

/// The words of one language.
pub(super) struct Words(Language);

/// What is so and, where something is to be done, what.
type Said = (String, Option<&'static str>);

impl Words {
    pub(super) const fn of(lang: Language) -> Self {
        Self(lang)
    }

    const fn pick(&self, es: &'static str, en: &'static str) -> &'static str {
        self.0.pick(es, en)
    }

    /// One finding, with what to do below it.
    pub(super) fn line(&self, finding: &Finding) -> String {
        let mark = match finding.health() {
            Health::Good => self.pick("bien ", "good "),
            Health::Warn => self.pick("AVISO", "LOOK "),
            Health::Bad => self.pick("MAL  ", "BAD  "),
        };
        let (so, then) = self.said(finding);
        let then = then.map_or_else(String::new, |then| format!("       {then}\n"));
        format!("{mark}  {so}\n{then}")
    }

    /// The last line.
    pub(super) const fn sum(&self, worst: Health) -> &'static str {
        match worst {
            Health::Good => self.pick("Todo está bien.", "All is well."),
            Health::Warn => self.pick(
                "Se puede trabajar. Atienda los avisos.",
                "Work can go on. See to what is marked LOOK.",
            ),
            Health::Bad => self.pick(
                "Hay algo descompuesto. Empiece por lo primero que dice MAL.",
                "Something is broken. Begin with the first line that says BAD.",
            ),
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one sentence for each finding, from the first to the last"
    )]
    fn said(&self, finding: &Finding) -> Said {
        let (so, then) = match finding {
            Finding::Unusable(why) => (
                format!("{}: {why}", self.pick("La configuración no sirve", "The configuration cannot be used")),
                Some(self.pick(
                    "Corríjalo y pregunte otra vez; `paso check-config` dice lo que está en vigor.",
                    "Correct it and ask again; `paso check-config` says what is in force.",
                )),
            ),
            Finding::Usable => (
                self.pick("La configuración y lo que nombra sirven.", "The configuration and what it names can be used.").into(),
                None,
            ),
            Finding::Open(path) => (
                format!("{}: {}", self.pick("Otros en esta máquina pueden leerlo", "Others on this machine can read it"), path.display()),
                Some(self.pick(
                    "Ciérrelo: `chmod 600` si es un archivo, `chmod 700` si es un directorio. Si otros pudieron copiar una llave, termínela (`paso key end`).",
                    "Close it: `chmod 600` for a file, `chmod 700` for a directory. If others could have copied a key, end it (`paso key end`).",
                )),
            ),
            Finding::Closed => (
                self.pick("Sólo su dueño puede leer el directorio y las llaves.", "Only their owner can read the directory and the keys.").into(),
                None,
            ),
            Finding::Stopped => (
                self.pick("Aquí no corre ningún paso: nadie puede trabajar con él.", "No paso runs here: nobody can work with it.").into(),
                Some(self.pick("Inícielo: `paso serve`.", "Start it: `paso serve`.")),
            ),
            Finding::Silent => (
                self.pick("Un paso tiene este directorio y no contesta.", "A paso owns this directory and does not answer.").into(),
                Some(self.pick(
                    "Mire sus mensajes. Si no dice nada, deténgalo y vuelva a iniciarlo: lo que ya confirmó no se pierde.",
                    "Look at its messages. If it says nothing, stop it and start it again: nothing it has confirmed is lost.",
                )),
            ),
            Finding::Log(health, line) => (
                format!("{} {line}.", self.pick("Paso corre. La bitácora:", "Paso runs. The log:")),
                (*health > Health::Good).then(|| self.pick(
                    "`paso log status` dice qué espera y qué contestó cada testigo.",
                    "`paso log status` says what waits and what each witness answered.",
                )),
            ),
            Finding::Hub(health, line) => (
                format!("{} {line}.", self.pick("Paso corre. La central:", "Paso runs. The hub:")),
                (*health > Health::Good).then(|| self.pick(
                    "`paso post status` dice qué falta por enviar y hasta cuándo se puede expedir.",
                    "`paso post status` says what is still to be sent and until when cards may be issued.",
                )),
            ),
            Finding::Full(place, bytes) => (
                format!("{} {}: {}", self.pick("Queda poco lugar en", "Little room is left at"), place.display(), size(*bytes)),
                Some(self.pick(
                    "Haga lugar fuera de este directorio. Con el disco lleno sólo se escriben lecturas y custodia.",
                    "Make room outside this directory. On a full disk only readings and custody are written.",
                )),
            ),
            Finding::Room(bytes) => (
                format!("{} {}.", self.pick("Hay lugar en el disco:", "There is room on the disk:"), size(*bytes)),
                None,
            ),
            Finding::NoKey(purpose) => (
                format!("{} {}.", self.pick("Hoy ninguna llave firma", "No key signs today:"), self.signs(*purpose)),
                Some(self.pick("Haga una: `paso key add`.", "Make one: `paso key add`.")),
            ),
            Finding::KeyEnds(purpose, until) => (
                format!("{} {} {} {until}.", self.pick("La llave que firma", "The key that signs"), self.signs(*purpose), self.pick("termina el", "ends on")),
                Some(self.pick(
                    "Haga ahora su sucesora: `paso key add`.",
                    "Make its successor now: `paso key add`.",
                )),
            ),
            Finding::PostKey(purpose) => (
                format!("{} {}.", self.pick("Termina en menos de un mes, o ya terminó, la llave de este puesto que firma", "In less than a month ends, or has ended, this post's key that signs"), self.signs(*purpose)),
                Some(self.pick(
                    "Envíe a la central lo que falta y dé de alta el puesto otra vez, en otro directorio: `paso post enrol`.",
                    "Send the hub what is missing and enrol the post anew, in another directory: `paso post enrol`.",
                )),
            ),
            Finding::Keys(until) => (
                format!("{} {until}.", self.pick("Las llaves alcanzan; la primera termina el", "The keys last; the first ends on")),
                None,
            ),
            Finding::NoBundle => (
                self.pick(
                    "No hay paquete de confianza que se pueda abrir: sin él ningún punto comprueba tarjetas.",
                    "There is no trust bundle that can be opened: without it no checkpoint checks cards.",
                ).into(),
                Some(self.pick("`paso serve` lo hace al iniciar.", "`paso serve` makes it when it starts.")),
            ),
            Finding::BundleDead(at) => (
                format!("{} {at}: {}", self.pick("El paquete de confianza es del", "The trust bundle is of"), self.pick("los puntos ya no se fían de él.", "checkpoints no longer rely on it.")),
                Some(self.pick("Inicie `paso serve`, que lo renueva, y mire sus mensajes.", "Start `paso serve`, which renews it, and look at its messages.")),
            ),
            Finding::BundleOld(at) => (
                format!("{} {at}: {}", self.pick("El paquete de confianza es del", "The trust bundle is of"), self.pick("los puntos ya avisan que es viejo.", "checkpoints already say that it is old.")),
                Some(self.pick("`paso serve` lo renueva mientras corre; mire sus mensajes.", "`paso serve` renews it while it runs; look at its messages.")),
            ),
            Finding::Bundle(at) => (
                format!("{} {at}.", self.pick("El paquete de confianza es del", "The trust bundle is of")),
                None,
            ),
            Finding::Clock(signed) => (
                format!("{} {signed}.", self.pick("El reloj de esta máquina está atrasado: aquí ya se firmó algo el", "This machine's clock is behind: something was already signed here on")),
                Some(self.pick(
                    "Ponga el reloj en hora (en Debian: `timedatectl set-ntp true`) antes de seguir: los plazos de las personas dependen de él.",
                    "Set the clock (on Debian: `timedatectl set-ntp true`) before going on: people's deadlines hang on it.",
                )),
            ),
            Finding::CertificateDead(until) => (
                format!("{} {until}: {}", self.pick("El certificado de TLS terminó el", "The certificate of TLS ended on"), self.pick("los navegadores no entran.", "browsers stay out.")),
                Some(self.pick("Renuévelo y ponga los archivos en su lugar; se leen solos.", "Renew it and put the files in their place; they are read by themselves.")),
            ),
            Finding::CertificateEnds(until) => (
                format!("{} {until}.", self.pick("El certificado de TLS termina el", "The certificate of TLS ends on")),
                Some(self.pick("Renuévelo y ponga los archivos en su lugar; se leen solos.", "Renew it and put the files in their place; they are read by themselves.")),
            ),
            Finding::Certificate(until) => (
                format!("{} {until}.", self.pick("El certificado de TLS dura hasta el", "The certificate of TLS lasts until")),
                None,
            ),
            Finding::NoBackup => (
                self.pick("Desde aquí no se ha hecho ningún respaldo.", "No backup was made from here.").into(),
                Some(self.pick("`paso backup --to LUGAR --keys-to OTRO_LUGAR`, cada noche.", "`paso backup --to PLACE --keys-to OTHER_PLACE`, every night.")),
            ),
            Finding::BackupOld(at) => (
                format!("{} {at}.", self.pick("El último respaldo es del", "The last backup is of")),
                Some(self.pick("Mire por qué no corre cada noche, y haga uno ahora: `paso backup`.", "See why it does not run every night, and make one now: `paso backup`.")),
            ),
            Finding::Backup(at) => (
                format!("{} {at}.", self.pick("El último respaldo es del", "The last backup is of")),
                None,
            ),
            Finding::Setting(setting) => self.setting(*setting),
        };
        (so, then)
    }

    fn setting(&self, setting: Setting) -> Said {
        let (so, then) = match setting {
            Setting::NoRecipients => (
                self.pick("Nadie podría abrir un respaldo.", "Nobody could open a backup."),
                self.pick("Ponga backup.recipients y backup.key_recipients.", "Set backup.recipients and backup.key_recipients."),
            ),
            Setting::NoStatementKey => (
                self.pick("Nadie de fuera puede contar quién está bajo custodia, ni por cuánto tiempo.", "Nobody outside can count who is in custody, nor for how long."),
                self.pick("Pida a la defensoría su llave (`veedor statement-key`) y póngala en custody.statement_key.", "Ask the ombudsman for the key (`veedor statement-key`) and set custody.statement_key."),
            ),
            Setting::NoWitness => (
                self.pick("Nadie refrenda la bitácora: quien maneja esta máquina podría rehacerla.", "Nobody countersigns the log: whoever runs this machine could make it anew."),
                self.pick("Nombre a los testigos en el archivo de log.policy.", "Name the witnesses in the file of log.policy."),
            ),
            Setting::NoContact => (
                self.pick("Quien encuentre una falla de seguridad no sabe a quién avisar.", "Whoever finds a weakness does not know whom to tell."),
                self.pick("Ponga web.contact.", "Set web.contact."),
            ),
            Setting::Demonstration => (
                self.pick("Es una demostración: todo papel y toda página lo dicen.", "This is a demonstration: every paper and page says so."),
                self.pick("Con personas de verdad, web.demo = false en un directorio nuevo.", "With real people, web.demo = false in a new directory."),
            ),
        };
        (so.into(), Some(then))
    }

    const fn signs(&self, purpose: KeyPurpose) -> &'static str {
        match purpose {
            KeyPurpose::Root => self.pick("paquetes de confianza", "trust bundles"),
            KeyPurpose::Card => self.pick("tarjetas", "cards"),
            KeyPurpose::Slip => self.pick("hojas de entrada", "entry slips"),
            KeyPurpose::Status => self.pick("listas de estado", "status lists"),
            KeyPurpose::Device => {
                self.pick("lo que escribe esta máquina", "what this machine writes")
            }
            KeyPurpose::Log => self.pick("la bitácora", "the log"),
        }
    }
}

/// Bytes, for people.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 2] = [(1 << 30, "GB"), (1 << 20, "MB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes >= *unit);
    unit.map_or_else(
        || format!("{bytes} B"),
        |(unit, name)| format!("{} {name}", bytes / unit),
    )
}
