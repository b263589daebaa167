package compare

// givenNames are given names that one person may go by, in Dutch, French,
// German and English, with a few forms of the south and east of Europe: a group
// per line, folded, with _ for a blank within a name. Men and women have groups
// of their own. A name that is short for several others, or a translation of
// several, stands in each group.
const givenNames = `
aaron aron
abraham abram bram abe braam ibrahim
absalon axel absolon absalom
achiel achille achilles achillus
adam adamo
adele adela adelheid adelaide adelia alida heidi aleida adelheit aleid adelina adeline lida alide
adolf adolphe dolf adolphus adolfo dolfus adolph
adriaan adrien adrian adrianus arjan adri ad arjen adriaen hadrian adriano arie aad arian
adriana adrienne adriane adri adrianne adrianna sjaan riana
agnes agnieszka agnete neske agnese nies ines agneta
aime amatus amato
aimee amy amata amee
alan alain allan allen alanus al
albert albrecht bert albertus al bertus alberto ab
alberta albertine albertina bertine albertje
alexander alexandre alex sander lex xander sandro sacha sascha aleksander sasha alec alessandro alejandro alexandros sandy aleks
alexandra sandra alexa sandrine sandy alex sacha sascha xandra sasha alessandra alejandra aleksandra lexie
alexia alexis
alfons alphonse fons alfonso fonske alphonsus alfonsus alphons phons
alfred fred alfredo freddy alf al alfredus
alice alicia alix alisa alison
alison allison
alwin alvin alwyn
amand amandus
amanda mandy manda
ambroos ambroise ambrosius ambrose broos
amelia amelie amelien
anastasia anastasie stacy stacey nastasia
andrea andree drea andreina
andreas andries andre andrew dries andy drew andrea andrej andres andrei andrzej dre
angela angelina angelique angele angel angie engelina angelien
anna anne an ann annie anneke anke ans anja anny annette anouk anika annika anita antje ana nan aneta anya anuschka annet
annelies anneliese annelise annelize anne_lies anna_lisa
annemie annemarie anne_marie annemarieke anna_maria annemiek annamaria annemarijke
annick annik anniek annicke
anselm anselmus anselme ansel
antonia antoinette tonia toinette antonie antonette nettie tonja toos netty
antonin antonijn antonino
antoon anton antoine anthony antonius toon tony ton teun toni antonio antony antoni toine anthonie theunis teunis antonie anthonis tonny
apollonia appolonia apolline pleuni plonia plonneke
armand herman hermann harmen harm hermanus ermanno armando manus
arnold arnaud arnoud arnout aart arend nol arne arnaut noud arno arnoldus arnie arnolde aert
arthur artur art arturo thuur tuur
august auguste augustus gust guus augusto gus
augusta auguste gusta augustine
augustijn augustin augustinus stijn tijn gust austin augustine agostino agustin guus
aurelie aurelia
aurelien aurelian aureliaan aurelianus
aurelius aurele aurel aurelio
balthasar balthazar baltazar
barbara barbe barbra babs barbel varvara
bart bartholomeus bartel barthold
bartholomeus bart bartholomew barthelemy bartel bartolomeus bartholome mees bartolomeo meeus meus barth
basiel basile basil basilius vasili basilio
beatrijs beatrice beatrix bea trix trixie beatriz
benedict benedikt benoit ben benedictus benito benny benedetto
benedicte benedikta benedicta dicte
benjamin ben benny benjamijn benji bennie jamin
bernadette bernardine bernarda bernadet bernardien
bernard bernhard bernardus bernie ben berend bernd barend bernaard bernardo nard bernt beernaert barney bernat
bertha berta berthe bertje bertina
bertrand bertram bert bertran bertrant
blasius blaise blaas blazius biagio
bonaventura bonaventure
bonifacius boniface bonifaas bonifaz
boudewijn baudouin baldwin balduin boud bauduin baldwijn balduinus
brigitte brigitta britt birgit gitte bridget brigit britta brigid bridie birgitta gitta brigida berit
bruno brunon
callixtus calixte calixtus callist
camiel camille camillus camillo kamiel
camilla camille kamilla milla
caroline karolien carolina karoline carola carolien lien lina carol carrie karolina caro karola
cecile cecilia cecily celia cecilie caecilia ceciel cilia cilly
celestijn celestin celestinus coelestin celestino
celestine celestina
celine celina celien
cesar caesar cesare
charlotte lotte lot charlot lotje lottie carlotta charlotta lotta
christiaan christian kris chris christiaen kristiaan krist christianus cristian kristian christen karsten
christine christina kristien christel christiane kris chris tina tine stien kirsten christa kristel cristina kirstin kerstin stijntje chrissy krista chrystel kristin kristina tineke stientje christien stina stine christy
christoffel christophe christopher kristof chris kristoffer stoffel christof christoph cristobal kit topher cristoforo tof christoforus stoffer
clara claire klaar klara clair clare klaartje chiara clairette
claude claudius claudio klaudius
claudia claudine claude claudette klaudia claudie claudien
clemens clement clementinus clem clemente klemens
clementine clementina klementine clemence
clothilde clotilde klothilde clotilda
conrad koenraad koen konrad coen corrado kurt konraad coenraad conradus koert
constance constantia konstanze connie conny constanza
constant constantijn konstantijn constantin constantinus stan konstantin constantine constans
corinne corinna corine corien corina korinna
cornelia neeltje corrie nel cornelie nelleke corry kornelia neel nelly lia nele keetje
cornelis cornelius kees cor corneel cees nelis corneille neel kornelius nelus cornel knelis nelles
crispijn crispin crispinus crispien
cunegonde kunigunde kunegonde
cynthia cindy cinthia cyntia
cyprien cypriaan cyprian cyprianus
cyriel cyril cyrille cyrillus kyrill ciriel
damiaan damien damian damianus damiano
daniel daan dan danny dani daniele danilo
danielle daniela daniella danny dani
daphne dafne daphnee
david dave davy davie davide dafydd davey
debora deborah debbie deb debby
delphine delfina delfine delphina delfien
denis dionysius dennis denys nijs denijs dennie denny dion
denise denisa dionysia
desire desideer desiderius
diana diane dianne dian di
dirk diederik dieter theodoric thierry derek dietrich diedrik durk tiede didrik dierik dierick
dominique dominiek dominik dominicus dominic dom domien dominico domingo domi
dorothea dorothee dorothy thea dora doortje dorien dot dottie dolly dorotea
edgard edgar gard edgardo
edith edita edie
edmond edmund mon ed mondje edmundo edmon
edward eduard edouard ed eddy ward ted teddy eddie ned eduardo edoardo edu edwardus edo warre
egbert ecbert ebbert bert
eleonora eleonore leonore nora eleanor leonora noor norah lenore leanor elinor ellie eleanora noortje lore nelleke elly
elia elias eli ilias elie elijah elyas
eligius eloi elooi loy eloy
eline elina
elisabeth elizabeth els liesbeth lies liz beth betty bettina elise elisa lisa lise lisbeth liesje liesbet lieselotte ilse elsje bette betsy bess eliza libby lizzie babette babet sabeth elisabet lisette bets liza elly ellie elsbeth elisabetta elzbieta lilibeth betje
eloise heloise eloisa
elsa else els elza
elvira elvire
emerentia emerence emerentiana
emiel emile emil miel emilio emilius mil
emilie emily emilia milly emmy milie mili emely
emma emmy em emmeke emmie
emmanuel emanuel manuel immanuel manu manolo manny
emmanuelle emanuelle manuela emmanuele manuella
engelbert bert ingelbert engelbrecht engelbertus
erasmus erasme rasmus
eric erik erich erick rik ric
erica erika rikje erikje
ernest ernst ernesto nest erneste ernie
erwin irwin
ester esther hester hettie essie
eugene eugeen eugen gene eugenius eugenio
eugenie eugenia geni nini
eulalie eulalia lalie
eusebius eusebe
eva eve evi evy ewa eefje evie
evarist evariste evaristus
eveline evelyne evelien evelyn evelina eef evelijn lien evy
everard evert everhard eberhard evrard everardus
ewout ewoud ewald evald
fabian fabien fabiaan fabianus fabio
fabienne fabiana
faust faustus fausto
faustine faustina
felicia felicity felicitas felicie
felix feliks
fernand ferdinand fernando ferdi ferre nand nando nante ferdinandus ferdy
fernande ferdinanda nanda fernanda
filip philip philippe philippus flip phil philipp felipe filippo phillip filips
firmin firmijn firminus fermin
flavie flavia
flore flora fleur florine floor florien
florentijn florent florentius floris flor florenz florentin florens
floriaan florian florianus flor
francine francoise frances franciska francisca cisca fanny fran francesca fransien frannie franka sisca siska franny francien fransiska
frans frank franz francois francis franciscus franky franco francesco francisco frants sus suske cis cisse ciske paco fransje
frederik frederic fred frits fritz freddy frederick friedrich federico freek frederikus fredrik freddie fredje
frederika frederique frederica friederike freddie fredrika frieda rieke
fulgence fulgentius
gabriel gaby gabri gabriele gabor gabe gabrio
gabrielle gaby gabriella gabriela gabriele gabi gabby
gaetan cajetan caetano gaetano
geertrui gertrude geertruida gertrud truus trudy trui geertje trudi gertie trude geertruide truida geer gertruda geerte
genoveva genevieve veva genovefa veef
georges george joris jorg jurgen jorgen georg jorge giorgio jurrien goerge jerzy georgi geordie jordi
georgette georgina georgine gina georgia gigi
gerald geraldo gerold
geraldine gerarda gerda geertje gerardine gerrie gerardina
gerard gerhard geert gerrit gerardus gerry ger gerd gerhardus gert geraard gerardo gerrie garrit garret garrett gerhart geerd
gerlach gerlacus
gerlinde gerlind gerlinda
germain germaan germanus
germaine germana
gerolf gerulf
gertjan gert_jan geert_jan gerrit_jan
ghislain gislenus gislain ghislenus guislain
ghislaine gislaine guislaine gislena
gilbert gijsbert gijs bert guillebert gisbert gijsbrecht gilberto gys
gilles egied gillis giles egidius gilis egide aegidius gielis
gisele gisela giselle gisella
godehard gotthard godard
godfried godfroid geoffroy geoffrey godefroid gottfried jeff govert godefridus gotfried geoff jeffrey gofried goedfried goffredo
gonda aldegonde
gordon gordy
gregory gregoire gregor greg gregorius goris grigori gregorio
guido guy gui wido
gunther gunter gonthier guntar gontier
gustaaf gustave gust gustav staf gus gusten gustavus gustavo stafke tavie
gwendolyn gwen gwendoline gwenda
hadewych hadewijch hedwig hedy edwige jadwiga hedda hadewig hedwige
hanneke johanna hannie hanna
harald harold harry harrold hal
hector ector hektor
helena helene leen lena ellen helen heleen nelly elena hella eleni elene ilona hele lene heleentje helenka leentje
henriette hendrika henrietta rika riek jetje jet hetty harriet hendrikje henrike enrica hennie henny riekje drika ettie
herbert bert heribert herb herbertus
hermine hermina herma hermien mien mina
hieronymus jeroen jerome gerome jerry geronimo jeronimus hieronimus girolamo
hilaire hilarius hilary hilaris
hilbert bert hildebrand hildebert
hildegard hildegarde hilde hilda hildegaard
hippoliet hippolyte hippolytus poliet
honore honorius onorato
hortense hortensia
hubert huib hubrecht hubertus bert huub hub huibert huybrecht
hugo hugues hugh huug huig ugo hughes
humbert humbertus humberto
ignace ignaas ignatius naas ignaz ignatz ignacio inigo nace
inge ingeborg inga ingrid
innocent innocentius
irene irina ireen eirene irena
irma irmgard irmengard
isaac isaak izaak ike isak
isabelle isabel isabella bella bel belle isa isabeau isabela isobel
isidoor isidore isidor isidorus isidro
ivan yvan iwan
jacob jakob jacobus jacques jaak jack jaap james jim jimmy sjaak jacky jake kobe cobus coos koos giacomo jaime jakub jamie kobus
jacqueline jacoba jacky jackie coba cootje jacobina jakoba koosje ko jacquelien
jade jada
jan johan johannes hans hannes jean john johnny jon jack jens jo johann giovanni juan jantje evan yann jannes han
jan_baptist jean_baptiste johannes_baptist johan_baptist john_baptist jan_batist
jan_willem johan_willem jean_guillaume
jasmien jasmine jasmin yasmine yasmin jazmin yasmina
jeanne johanna jeannine jeanine janine joanna joanne hanne jane janet jenny jeannette jeanette jannie johanneke hanneke joan jana janna jantien jantine ioana giovanna juana
jennifer jenny jen jenni jennie
jeremias jeremie jeremy jeremiah jerry jeremia
joachim jochen jochem joaquin joachin jokim achim jochim akim
joel yoel
joeri youri yuri juri iouri
joke johanna jo jopie
jolanda yolande yolanda jolande iolanda jolanthe
jolien jolijn joline
jonathan jonatan jonathas jonny yonatan
joost josse joos just justus jodocus joes
jordaan jordan jourdain jordanus
josefien josephine josephina josefine jozefien josefina fien fientje josee jose pina josette josefa jozefa jozefina finneke
josiane josianne josyane
jozef joseph josef jef jos joe jo joey sjef jose giuseppe jupp josephus jozefus zef sepp jojo seppe
judith judit judy jutta judi juditha
julia julie juliette juliet giulia giulietta jill juul yulia
juliana julienne juliane julianne julianna
julien julian julius jules juliaan giulio julio juul jul juliano
justien justine justina
justijn justin justinus just
karel karl charles carl carlo carlos charlie charly chuck kareltje carolus karlo chas
kasimir casimir kazimierz casimiro
kaspar casper caspar gaspard jasper gaspar kasper cas jesper gasper
kathleen cathleen caitlin katleen kathlyn
katrien katrijn catharina catherine katherine katrin kathleen kaat kate kathy trien katja katharina cathy karin karen kat kathrin catrien catho catheline kitty kato rina katelijne trijn ekaterina katarina katy cato katie katinka catalina katarzyna kay katia cathleen catrin catelijne katelijn
kenneth ken kenny
kevin kevyn
kiliaan kilian killian kylian
kimberly kim kimberley
lambert lambrecht bert lamberto lambertus lammert
landelin landelinus
lander leander
laura laure lauretta laurette lora lore laurie
laurence laurentia laurentine laurien laurie
laurent laurens lorenz laurence lorenzo rens laurentius lars lawrence larry lorens laurenz laurids lauwrens laurie
lea leah
leandre leander leandro
leo leon leone
leonard leonardo leo lenny len leonhard lennaert lennart leendert leonaard lenard leonardus
leonce leontius
leonie leona leontine leontien leonne
leopold pol leo poldi poldo leopoldus
lidewij liduina lidwien lidwina lidy lidwine liedewij
lieve godelieve lieveke goedele godeliva
lieven livinus lievin liven
liliane lilian lily lillian lili liliana lilly lil lilianne
linda lynda lindy
liselotte lieselotte liselot lotte liesel lilo lise_lotte
lorraine lori
lothar lothaire lotharius
louis lodewijk ludwig ludo lode luigi luis lewis lou ludovic ludovicus lowie wiet aloysius alois ludovik
louise louisa lowiese loes wies lisette luise louisette wieske lou
lucas luc luk luke lukas luca louk
lucia lucie lucy lucienne luce lucette luzia lucina lus
lucien lucianus luciano lucian
lucinde lucinda cindy
lutgart lutgard lutgarde lutgardis lut lutje
lutgart lutgardis luutje lut lutgarde
lydia lidia lydie lidy
magdalena madeleine leen magda madelon lena maud madeline maddy madelein magdalene leni maddie magali madelief
malvina malvine
marc mark marcus markus marco marcos marek
marcel marcellus marcello marcellin marcellino marceau
marcelin marcellinus marcellin
marcella marcelle marcelline marceline
margareta margaretha margriet marguerite margaret greet greta griet margot maggie peggy meg margit gretchen grete grietje margarita marga rita marguerita madge margje margo marjorie meggy
maria_magdalena marleen marlene
marianne marie_anne marian mariann marianna marjan marie_annick
marie maria mieke marijke mia mary mariette maaike rie riet mie maja mariken miet mitzi marietje mariek molly ria marike mari marika maike mariska
marie_jeanne marie_jo
marie_louise marie_lou marlou marlouise malou
marie_therese marie_terese marthe_marie
marielle mariel mariella
marijn marinus marin rinus marien marino rien marijnus
marilyn marylin marilene marylene
marina marine marinette marinka
marion manon
marleen marlene maria_helena marie_helene marleentje marlena lene
marlies marielies marlise marie_lise marlis marieliese
marlotte marie_charlotte
marthe martha marta mart
martial martialis
martin maarten marten martijn martinus martino marty merten mertin martien martyn
martine martina martien martje tina martyna
mathilde matilda tilly machteld tilda mathilda til mechtild mechtilde maud maude
mattheus matthew matheus mathieu matthieu matteo mateo matthe matthijs mathijs thijs mathis matty matt
matthias mathias matthijs mathijs matthys mathys thijs thys tijs ties mathis matthis matti matt
mauricette mauritia
maurits maurice moritz mauritius morris mauricio maurizio mau mauritz
maximiliaan max maxim maxime maximilian maximilien maximus massimo
medard medardus
melanie melania mel melany
melchior melchert
melissa mel
michele michelle michaela micheline michaele michela
michiel michael michel mike mick mickey maikel michal miguel miquel mikael chiel michele mickael mikhail giel mich micha maik
mireille mirella mirelle
mirjam miriam myriam mariam maryam mirjan meryem miryam
modest modeste modestus
monica monique monika moni
morgan morgane
moses mozes moise moshe
napoleon nap
narcis narcisse narcissus
natalie nathalie natalia natasha natascha natacha nathalia talia nat
nathan nathaniel nathanael nat nate
neil niall neal
nestor nest
nicolas nikolaas nicolaas nico niek klaas claus klaus nicholas nick nicky nikolaus niklas nicola nils niels colas claas nikolas nikolai nicolaus kolja clais nic
nicole nicoletta nicolette colette nicola nikola nicky coleta nickie
noel natalis nowell
noella noelle noela noellie noelia
norbert bert norbertus nor
octaaf octave octavius octavio taaf
octavie octavia
oda odette odetta
odile odilia ottilie
olga helga
olivia olive livia
olivier oliver olli ollie oliviero
oscar oskar oskari
oswald oswaldus
ottilie odilia otti
otto otton odo odon otho othon
pamela pam
pancras pancratius
pascal paschal pasquale pascual
patricia pat patty trish patsy tricia patrizia pati
patrick patrik patricius pat paddy padraig patrice patricio
paul pol pauwel paulus pablo paolo
paula pauline paulette paulien paulina
pelagie pelagia
peregrijn peregrin
petra pierrette petronella pieternel pietje
philippine filippa philippa pippa filipa
philomena filomena philomene filomeen
piet pieter peter pierre petrus peer pete pierrot piotr pedro pietro peeter pit pierrick petar
placide placidus
polydoor polydore polydorus
priscilla prisca cilla
prosper prospero
quinten quentin quintinus quinton kwinten quintin quint
quirijn quirin quirinus kwirijn krijn
rachel rachelle rahel raquel rach
rafael raphael raf raffaele raffael rafaello
rafaella raphaelle raphaela rafaela raffaella
raoul ralph raul rolf radulf rolph ralf
raymond reimond raimund ray mon ramon raymund reymond raimundus raimondo
raymonde ramona raimonda
rebecca rebekka becky bekka rebekah becca
regina regine reine gina reina
reinhard reinhart reinaard
reinier renier rainier reiner rainer regnier
reinout renaud reinoud reginald reynold reynaud reinald rinaldo reg reggie
remi remy remigius remigio
renaat rene renatus renato
renee rene renate renata reni
richard rik rick dick ricky richie ricardo riccardo rich rijkaard ritchie
rik hendrik henri henry henk hein heinrich harry hendrikus henricus enrico enrique heinz heiko hans_hendrik riekus hendrick hal henning henryk heintje hendricus henny
rita margarita margherita
robert rob bob bobby robbe robbert robby robrecht bert roberto robbie robertus bertie
roberta robertine bertine bobbie
roch rochus rocco
roderik rodrigue roderick rodrigo roderich rodric
rodolphe rudolf rudy rudolph rolf rudi dolf rodolfo roelf rodolf rolph
roeland roland orlando rolland rolando rollo roelandus rolandus
roelof rudolf rolf roel roelf
rogier roger rutger rudiger rogerius ruggero rog
romain roman romanus romano
romy rosemarie
ronald ronny ron ronnie roni ronaldo
rosa rose roos rosie roza rosine rosette rosita roosje rosina roselien
rosalie rosalia roselie rosaly
rosemarie rosemary rozemarijn rosmarie rose_marie rosamarie rosemarijn
roxane roxanne roxana roxy
rupert ruprecht
russell russ
ruth rut
sabine sabina bina sabien
salomon solomon salomo
samuel sam sammy samuele samy
sara sarah saar sally saartje sadie
sebastiaan sebastian sebastien bas bastiaan bastien seb basten bastian sebastianus baste
serafijn seraphin serafinus serafino
sergius serge sergio sergei sergej
servaas servais servatius
severijn severin severinus soren
sibylle sybille sybil sibilla sibyl
sidonie sidonia sidony
siegfried sigfried sigfrid
sigrid siegrid
silvain sylvain silvanus sylvanus silvano silvin
silvester sylvester silvestre sylvestre
simon simeon siemen symen sime
simone simonne simona simonette
sofie sophie sophia sofia fie fieke sophy zofia
solange solangia
stanislas stanislaus stan stanislaw stani stanny
stefan steven stefaan stephan stephane etienne stephen steve stef stephanus estevan esteban stefano stevie steph
stefanie stephanie steffi stefania fanny steffie stephania estefania stefani stevie fania
suzanne susanne suzanna susan suzy susanna suze sanne suus susie sue suzan sussanna susi susana sanna zuzana suzette
sylviane silviane sylvana silvana
sylvie silvia sylvia silvie syl
tamara tamar tammy
tanguy tanneguy
tatiana tatjana tanja tania tanya tatyana
terence terry terrence terentius
theodoor theodore theo theodor ted teddy fedor dorus dore teodoro door feodor theodorus
theodora dora thea teodora doortje
theofiel theophile theophilus theophiel fiel theofil teofilo
therese theresia teresa trees tess theresa terry resi teresia tessa resie treesje trezeke
thibault theobald thibaut thibaud tibo thiebaut dietbald tibaut theobaldus diebold
thierry theodericus
thomas tom tommy tomas tommie tomaso thom tomasz tomaz
timotheus timothy timothee tim timmy timo timoteo
titus tito
tobias toby tobie tobi
ulrich ulrik ulric uli udalricus oelrich
ulrike ulrika ulrique
urbanus urbain urban urbaan
ursula ursel ulla ursule orsola uschi
valentijn valentin valentinus valentino valentyn
valentine valentina valentien
valerie valeria valery val
valerius valere valeer valery
vanessa nessa
veerle pharailde farahilde
veronique veronica veronika vroni vero
victor viktor vic vittorio victorius vik vittore tor
victoria victorine viktoria vicky victoire vickie vittoria torie
vincent vincentius vince vinnie cent vincenzo vicente vinny vinzenz cens
viola violet violette violetta
virginie virginia ginny gina ginger
viviane vivian vivienne viv vivien viviana
walter wouter wout gauthier gautier walt wally gualtiero wolter walterus valter gualterus woutje
wenceslas wenzel vaclav wenceslaus
wendelin wendelinus wendel
werner warner wernher garnier
wilfried wilfred wilf fred wilfrid wilfriedus
wilhelmina wilhelmine mina mien willy minnie wilma mientje mine helma wilhelmien willemien willemijn velma
willem wim bill william guillaume wilhelm will willy willie billy liam pim guglielmo guillermo wilhelmus wil
winand wijnand wynand winandus
wivina wivine
wolfgang wolf wolfi
xavier javier xaveer franciscus_xaverius
yves ivo yvo yvon ives ivon
yvette ivette yvet
yvonne ivonne vonneke yvonneke
zacharias zachary zach zacharie zack zac
zeger siger segher
zoe zoey
`
