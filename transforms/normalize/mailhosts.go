package normalize

// roleMailboxes are the local parts of functions, in nl, fr, de and en.
var roleMailboxes = wordSet(`
	info infos information informatie informations kontakt contact contacts contacten hello hallo bonjour office bureau kantoor mail mailbox
	email post admin administratie administration administrator beheer secretariaat secretariat sekretariat secretary receptie reception
	sales sale verkoop vente ventes verkauf vertrieb commercial commercieel orders order bestelling bestellingen commande commandes bestellung
	boekhouding compta comptabilite accounting accounts buchhaltung invoice invoices invoicing factuur facturen facturatie facture factures
	facturation rechnung rechnungen billing finance finances payments aankoop achats achat einkauf purchase purchasing
	support service services help helpdesk servicedesk klantendienst klantenservice customerservice kundenservice sav aftersales
	hr jobs job vacatures recrutement recruitment careers personeel rh marketing press pers presse media communicatie communication
	webmaster postmaster hostmaster abuse noreply no-reply donotreply newsletter nieuwsbrief privacy gdpr dpo it ict
	reservatie reservaties reservations reservation booking bookings planning dispatch transport logistics logistiek magazijn werkplaats garage
	winkel shop webshop store atelier algemeen general directie direction management team welkom welcome offerte offertes devis quote`)

// publicMailHosts give a mailbox to anybody: free providers and the access
// providers of Belgium and its neighbours.
var publicMailHosts = wordSet(`
	gmail.com googlemail.com hotmail.com hotmail.be hotmail.fr hotmail.nl hotmail.de hotmail.co.uk hotmail.it hotmail.es outlook.com outlook.be
	outlook.fr outlook.nl outlook.de live.com live.be live.nl live.fr live.de live.co.uk msn.com yahoo.com yahoo.fr yahoo.de yahoo.co.uk yahoo.nl
	yahoo.es yahoo.it ymail.com icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de t-online.de freenet.de arcor.de
	proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io mail.com zoho.com fastmail.com yandex.com yandex.ru mail.ru hey.com
	telenet.be skynet.be proximus.be belgacom.net scarlet.be pandora.be tiscali.be versatel.be voo.be brutele.be edpnet.be base.be dommel.be
	mobistar.be orange.be numericable.be mac.be advalvas.be euphonynet.be belgique.com busmail.net swing.be ping.be
	kpnmail.nl kpnplanet.nl planet.nl hetnet.nl ziggo.nl home.nl chello.nl upcmail.nl casema.nl quicknet.nl xs4all.nl online.nl zonnet.nl
	tele2.nl wxs.nl kabelfoon.nl caiway.nl solcon.nl hccnet.nl freeler.nl onsnet.nl telfort.nl
	orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr aliceadsl.fr club-internet.fr cegetel.net voila.fr
	pt.lu vo.lu internet.lu btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk tiscali.co.uk
	libero.it virgilio.it alice.it tin.it bluewin.ch hispeed.ch sunrise.ch seznam.cz wp.pl onet.pl o2.pl interia.pl`)

// noMailboxes are local parts that say that there is no address.
var noMailboxes = wordSet(`
	geen geenmail geenemail geen.mail geen.email geen-email geenadres nomail noemail no.mail no.email nomailaddress no-email pasdemail pas.de.mail
	pasdadresse pasdemail sansmail keine keinemail keine.email nvt n.v.t onbekend inconnu unbekannt unknown dummy fake none`)

// fillers are words that stand on both sides of @ in an address that is none.
var fillers = wordSet("test tests testing mail email asdf qwerty azerty abc abcd aaa bbb xxx foo bar naam nom name niets rien nichts nothing example")
